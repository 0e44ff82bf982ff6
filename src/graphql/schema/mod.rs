//! The schema: its root types, put together from the topics, and its text (SDL).
//!
//! Knows the topics' groups of fields and none of their fields: a new query or mutation is listed in the `mod.rs` of its
//! topic. A new topic adds its groups to `query.rs`, `mutation.rs` or `subscription.rs`. Which fields take a secret, and
//! which types are entities, is read from the types in `annotations.rs`, so no list of names has to change.
//!
//! ```
//! assert!(latchkey::graphql::sdl().contains("type Query {"));
//! ```

mod annotations;
mod builder;
mod mutation;
mod query;
mod sdl;
mod subscription;

pub use sdl::{sdl, subgraph_sdl};
pub(in crate::graphql) use {
    annotations::{entities, takes_password, takes_secret},
    builder::builder,
    mutation::Mutation,
    query::ServedQuery,
    subscription::Subscription,
};
