//! Sessions: listing, refreshing and ending them.

use async_graphql::MergedObject;

mod list;
mod logout;
mod refresh;
mod revoke;
mod revoke_others;
mod tokens;
mod view;
mod watch;

pub(in crate::graphql) use {tokens::AuthTokens, view::Session, watch::SessionEndedSubscription};

/// The queries for sessions.
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
