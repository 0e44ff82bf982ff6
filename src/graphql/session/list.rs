//! The query `sessions`: Relay pages (GraphQL Cursor Connections Specification).

use async_graphql::{Context, Object, Result, connection::PageInfo};

use super::view::Session;
use crate::{
    accounts::{Page, SessionId},
    graphql::{
        context::{accounts, actor},
        error::{Code, TopLevelError},
        execution::instrument::instrumented,
    },
};

/// How many are given where nobody says how many.
const DEFAULT: i32 = 20;

/// How many are given at most.
const MOST: u32 = 100;

#[derive(Default)]
pub(in crate::graphql) struct SessionsQuery;

#[Object]
impl SessionsQuery {
    /// Your sessions, newest first: the devices that are logged in now. Needs an access token: null with
    /// `UNAUTHENTICATED` among the errors otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default_with = "DEFAULT")] first: i32,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Result<SessionConnection>> {
        Some(instrumented(ctx, "sessions", sessions(ctx, first, after)).await)
    }
}

async fn sessions(ctx: &Context<'_>, first: i32, after: Option<String>) -> Result<SessionConnection> {
    let actor = actor(ctx).await?;
    let page = page(first, after.as_deref())?;
    let found = accounts(ctx).sessions(actor, page).await?;
    let sessions = found.sessions.into_iter().map(|session| Session::seen_by(actor, session)).collect();
    Ok(SessionConnection { sessions, has_previous: page.after.is_some(), has_next: found.has_next })
}

struct SessionConnection {
    sessions: Vec<Session>,
    has_previous: bool,
    has_next: bool,
}

/// A page of sessions.
#[Object]
impl SessionConnection {
    /// The sessions of this page, each with its place in the list.
    async fn edges(&self) -> Vec<SessionEdge<'_>> {
        self.sessions.iter().map(SessionEdge).collect()
    }

    /// The sessions of this page.
    async fn nodes(&self) -> &[Session] {
        &self.sessions
    }

    /// Whether there are more, and how to ask for them.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.sessions.first().map(Session::cursor),
            end_cursor: self.sessions.last().map(Session::cursor),
        }
    }
}

struct SessionEdge<'c>(&'c Session);

/// A session and its place in the list.
#[Object]
impl SessionEdge<'_> {
    /// The session.
    async fn node(&self) -> &Session {
        self.0
    }

    /// Its place: as `after`, it gives the sessions behind it.
    async fn cursor(&self) -> String {
        self.0.cursor()
    }
}

fn page(first: i32, after: Option<&str>) -> Result<Page, TopLevelError> {
    let wrong = |message: String| TopLevelError::new(Code::BadUserInput, message);
    let first = u32::try_from(first).ok().filter(|first| (1..=MOST).contains(first));
    let first = first.ok_or_else(|| wrong(format!("`first` must be from 1 to {MOST}.")))?;
    let after = after.map(|cursor| SessionId::parse(cursor).ok_or_else(|| wrong("`after` is no cursor.".to_owned())));
    Ok(Page { first, after: after.transpose()? })
}
