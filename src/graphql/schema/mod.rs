//! The schema: its root types, put together from the topics, and its text.

mod builder;
mod entity;
mod mutation;
mod query;
mod sdl;

pub use sdl::{sdl, subgraph_sdl};
pub(in crate::graphql) use {builder::builder, mutation::Mutation, query::ServedQuery};
