//! The queries: a table of contents.

use async_graphql::MergedObject;

use super::entity::EntityQuery;
use crate::graphql::{
    authentication::AuthenticationQueries,
    profile::{NodeQuery, ProfileQueries},
    session::SessionQueries,
};

/// What clients ask.
#[derive(MergedObject, Default)]
#[graphql(name = "ClientQuery")]
pub(in crate::graphql) struct ClientQuery(NodeQuery, ProfileQueries, SessionQueries, AuthenticationQueries);

/// Everything that can be asked without changing anything.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct Query(ClientQuery);

/// Everything that is answered: what clients ask, and the entities that the gateway of a supergraph asks for.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(in crate::graphql) struct ServedQuery(ClientQuery, EntityQuery);

/// What a subgraph adds to its supergraph: all but `node`, since other subgraphs have one, too, and none of them knows
/// the ids of all.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(in crate::graphql) struct SubgraphQuery(ProfileQueries, SessionQueries, AuthenticationQueries, EntityQuery);
