//! Sessions: the types `Session` and `AuthTokens`, and the fields that list, refresh, end and watch sessions.
//!
//! Which tokens are valid, and for how long, is decided in `accounts/session/`. To add a field, add a file with its
//! resolver and list its object in the group for its root type.
//!
//! ```graphql
//! query Sessions { sessions { nodes { id userAgent lastUsedAt current } pageInfo { hasNextPage endCursor } } }
//!
//! mutation Revoke($id: ID!) {
//!   revokeSession(input: { sessionId: $id }) {
//!     ... on RevokeSessionSuccess { session { id endedAt } }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod entity;
mod list;
mod logout;
mod refresh;
mod revoke;
mod revoke_others;
mod tokens;
mod view;
mod watch;

use async_graphql::{MergedObject, MergedSubscription};

pub(in crate::graphql) use {tokens::AuthTokens, view::Session};

/// The queries that return sessions.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct SessionQueries(list::SessionsQuery);

/// The mutations that refresh or end sessions.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct SessionMutations(
    refresh::RefreshTokenMutation,
    logout::LogoutMutation,
    revoke::RevokeSessionMutation,
    revoke_others::RevokeOtherSessionsMutation,
);

/// The subscriptions to sessions.
#[derive(MergedSubscription, Default)]
pub(in crate::graphql) struct SessionSubscriptions(watch::SessionEndedSubscription);

/// The entities that a gateway asks for.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct SessionEntities(entity::SessionEntity);
