//! The root type `Query`, put together from the topics.

use async_graphql::MergedObject;

use crate::graphql::{
    authentication::AuthenticationQueries,
    profile::{NodeQuery, ProfileEntities, ProfileQueries},
    session::{SessionEntities, SessionQueries},
};

/// The queries of clients.
#[derive(MergedObject, Default)]
#[graphql(name = "ClientQuery")]
pub(in crate::graphql) struct ClientQuery(NodeQuery, ProfileQueries, SessionQueries, AuthenticationQueries);

/// The entities that the gateway of a supergraph asks for.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct Entities(ProfileEntities, SessionEntities);

/// The operations that read data.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct Query(ClientQuery);

/// The queries that are executed: those of clients, and the entities.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(in crate::graphql) struct ServedQuery(ClientQuery, Entities);

/// The queries of the subgraph: all but `node`, since a field of a supergraph has one subgraph that resolves it, and
/// other subgraphs have objects with ids, too.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub(in crate::graphql) struct SubgraphQuery(ProfileQueries, SessionQueries, AuthenticationQueries, Entities);
