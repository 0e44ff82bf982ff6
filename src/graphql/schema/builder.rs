//! Building the schema from its root types.

use async_graphql::{ObjectType, Schema, SchemaBuilder};

use super::{Mutation, Subscription};
use crate::graphql::error::UserError;

/// A builder of the schema with this query type.
pub(in crate::graphql) fn builder<Q: ObjectType + 'static>(query: Q) -> SchemaBuilder<Q, Mutation, Subscription> {
    Schema::build(query, Mutation::default(), Subscription::default()).register_output_type::<UserError>()
}
