//! The query `sessions`: pages as in the GraphQL Cursor Connections Specification of Relay.

use async_graphql::{Context, Object, Result, connection::PageInfo};

use super::view::Session;
use crate::{
    accounts::{Page, SessionId},
    graphql::{
        context::{accounts, actor},
        error::{Code, TopLevelError},
        instrument::instrumented,
    },
};

/// The number of sessions in a page by default.
const DEFAULT_FIRST: i32 = 20;

/// The maximum number of sessions in a page.
const MAX_FIRST: u32 = 100;

#[derive(Default)]
pub(in crate::graphql) struct SessionsQuery;

#[Object]
impl SessionsQuery {
    /// Returns your open sessions, newest first: the devices on which you are logged in. Requires an access token;
    /// without one the field is null and the response has an `UNAUTHENTICATED` error.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The maximum number of sessions, from 1 to 100.", default_with = "DEFAULT_FIRST")] first: i32,
        #[graphql(desc = "The `endCursor` of the previous page.")] after: Option<String>,
    ) -> Option<Result<SessionConnection>> {
        Some(instrumented(ctx, "sessions", sessions(ctx, first, after)).await)
    }
}

async fn sessions(ctx: &Context<'_>, first: i32, after: Option<String>) -> Result<SessionConnection> {
    let actor = actor(ctx).await?;
    let page = page(first, after.as_deref())?;
    let found = accounts(ctx).sessions(actor, page).await?;
    let sessions = found.sessions.into_iter().map(|session| Session::seen_by(actor, session)).collect();
    Ok(SessionConnection { sessions, has_previous_page: page.after.is_some(), has_next_page: found.has_next })
}

struct SessionConnection {
    sessions: Vec<Session>,
    has_previous_page: bool,
    has_next_page: bool,
}

/// A page of sessions.
#[Object]
impl SessionConnection {
    /// The sessions of this page, with their cursors.
    async fn edges(&self) -> Vec<SessionEdge<'_>> {
        self.sessions.iter().map(SessionEdge).collect()
    }

    /// The sessions of this page.
    async fn nodes(&self) -> &[Session] {
        &self.sessions
    }

    /// Whether there are other pages, and the cursors to request them.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous_page,
            has_next_page: self.has_next_page,
            start_cursor: self.sessions.first().map(Session::cursor),
            end_cursor: self.sessions.last().map(Session::cursor),
        }
    }
}

struct SessionEdge<'c>(&'c Session);

/// A session and its cursor.
#[Object]
impl SessionEdge<'_> {
    /// The session.
    async fn node(&self) -> &Session {
        self.0
    }

    /// The position of the session in the list. Pass it as `after` to get the sessions that follow.
    async fn cursor(&self) -> String {
        self.0.cursor()
    }
}

fn page(first: i32, after: Option<&str>) -> Result<Page, TopLevelError> {
    let bad_input = |message: String| TopLevelError::new(Code::BadUserInput, message);
    let first = u32::try_from(first).ok().filter(|first| (1..=MAX_FIRST).contains(first));
    let first = first.ok_or_else(|| bad_input(format!("`first` must be from 1 to {MAX_FIRST}.")))?;
    let after = after
        .map(|cursor| SessionId::parse(cursor).ok_or_else(|| bad_input("`after` is not a valid cursor.".to_owned())));
    Ok(Page { first, after: after.transpose()? })
}
