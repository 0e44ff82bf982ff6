//! The queries: a table of contents.

use async_graphql::MergedObject;

use super::{
    node::NodeQuery, profile::ProfileQuery, sessions::SessionsQuery, user_entity::UserEntityQuery,
    verify_token::VerifyTokenQuery,
};

/// What clients ask.
#[derive(MergedObject, Default)]
#[graphql(name = "ClientQuery")]
pub(super) struct ClientQuery(NodeQuery, ProfileQuery, SessionsQuery, VerifyTokenQuery);

/// Everything that can be asked without changing anything.
#[derive(MergedObject, Default)]
pub(super) struct Query(ClientQuery);

/// Everything that can be asked without changing anything, by clients and by the gateway of a supergraph.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(super) struct SubgraphQuery(ClientQuery, UserEntityQuery);
