//! The queries: a table of contents.

use async_graphql::MergedObject;

use super::{
    entity::EntityQuery, node::NodeQuery, profile::ProfileQuery, sessions::SessionsQuery,
    verify_token::VerifyTokenQuery,
};

/// What clients ask.
#[derive(MergedObject, Default)]
#[graphql(name = "ClientQuery")]
pub(super) struct ClientQuery(NodeQuery, ProfileQuery, SessionsQuery, VerifyTokenQuery);

/// Everything that can be asked without changing anything.
#[derive(MergedObject, Default)]
pub(super) struct Query(ClientQuery);

/// Everything that is answered: what clients ask, and the entities that the gateway of a supergraph asks for.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(super) struct ServedQuery(ClientQuery, EntityQuery);

/// What a subgraph adds to its supergraph: all but `node`, since other subgraphs have one, too, and none of them knows
/// the ids of all.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(super) struct SubgraphQuery(ProfileQuery, SessionsQuery, VerifyTokenQuery, EntityQuery);
