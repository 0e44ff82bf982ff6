//! The schema: its root types, put together from the topics, and its text (SDL).
//!
//! Knows the topics' groups of fields and none of their fields: a new query or mutation is listed in the `mod.rs` of its
//! topic. A new topic adds its groups to `query.rs`, `mutation.rs` or `subscription.rs`.
//!
//! ```
//! assert!(latchkey::graphql::sdl().contains("type Query {"));
//! ```

mod builder;
mod mutation;
mod query;
mod sdl;
mod secret_fields;
mod subscription;

pub use sdl::{sdl, subgraph_sdl};
pub(in crate::graphql) use {
    builder::builder,
    mutation::Mutation,
    query::ServedQuery,
    secret_fields::{takes_password, takes_secret},
    subscription::Subscription,
};
