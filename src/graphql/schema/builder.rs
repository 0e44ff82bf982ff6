//! The schema as the GraphQL library builds it.

use async_graphql::{ObjectType, Schema, SchemaBuilder};

use super::Mutation;
use crate::graphql::{error::UserError, session::SessionEndedSubscription};

/// The schema, with this query.
pub(in crate::graphql) fn builder<Q: ObjectType + 'static>(
    query: Q,
) -> SchemaBuilder<Q, Mutation, SessionEndedSubscription> {
    Schema::build(query, Mutation::default(), SessionEndedSubscription).register_output_type::<UserError>()
}
