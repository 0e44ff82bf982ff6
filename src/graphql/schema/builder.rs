//! The schema as the GraphQL library builds it.

use async_graphql::{ObjectType, Schema, SchemaBuilder};

use super::{Mutation, Subscription};
use crate::graphql::error::UserError;

/// The schema, with this query.
pub(in crate::graphql) fn builder<Q: ObjectType + 'static>(query: Q) -> SchemaBuilder<Q, Mutation, Subscription> {
    Schema::build(query, Mutation::default(), Subscription::default()).register_output_type::<UserError>()
}
