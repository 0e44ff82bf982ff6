//! Subscriptions over one connection that stays open: who is at the other end, and how much they may ask at once.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{Data, Error, Executor, Request as Subscribe, Response, futures_util::stream::BoxStream};
use futures_util::{
    StreamExt,
    future::{self, BoxFuture},
    stream,
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    api::{Api, Carrier, Document, Request},
    caller::Sender,
    top_level_error::{Code, TopLevelError},
};
use crate::accounts::{Caller, Fault, Origin};

/// How many subscriptions one connection may have at once.
const MOST: usize = 10;

/// One connection of a client that subscribes.
#[derive(Clone)]
pub struct Live(Arc<Connection>);

struct Connection {
    api: Arc<Api>,
    origin: Origin,
    request_id: Arc<str>,
    bearer: OnceLock<SecretString>,
    open: AtomicUsize,
}

/// A connection that has begun.
pub struct Begun {
    /// How much longer its token is good.
    pub left: Duration,
    /// Comes when its session is over.
    pub over: BoxFuture<'static, ()>,
}

/// Why a connection does not begin, in a word: a reason of `UNAUTHENTICATED`, or that we cannot tell now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLive(pub &'static str);

impl Live {
    /// A connection from there, which our log calls by this name.
    #[must_use]
    pub fn new(api: Arc<Api>, origin: Origin, request_id: Arc<str>) -> Self {
        Self(Arc::new(Connection { api, origin, request_id, bearer: OnceLock::new(), open: AtomicUsize::new(0) }))
    }

    /// Who is at the other end, by the bearer token that they showed; and when they have to leave.
    ///
    /// # Errors
    ///
    /// [`NotLive`].
    pub async fn begin(&self, bearer: Option<SecretString>) -> Result<Begun, NotLive> {
        let bearer = bearer.ok_or(NotLive("MISSING"))?;
        let caller = self.0.api.accounts().recognise(Some(bearer.expose_secret())).await;
        match caller {
            Ok(Caller::Known(actor)) => {
                let _ = self.0.bearer.set(bearer);
                let accounts = self.0.api.shared_accounts();
                let left = accounts.time_left(&actor);
                let ended = accounts.ended_sessions(&actor).await.map_err(|fault| not_now(&fault))?;
                Ok(Begun { left, over: Box::pin(ended.for_each(|_| future::ready(()))) })
            }
            Ok(Caller::Unrecognised(rejection)) => Err(NotLive(TopLevelError::reason(rejection))),
            Ok(Caller::Anonymous) => Err(NotLive("MISSING")),
            Err(fault) => Err(not_now(&fault)),
        }
    }

    fn request(subscribe: Subscribe) -> Request {
        let hash = || subscribe.extensions.get("persistedQuery").cloned().and_then(|value| value.into_json().ok());
        let hash = || hash().and_then(|value| Some(value.get("sha256Hash")?.as_str()?.to_owned()));
        let document = match hash() {
            Some(hash) if subscribe.query.is_empty() => Document::Id(hash),
            Some(_) | None => Document::Text(subscribe.query),
        };
        let variables = serde_json::to_value(subscribe.variables).ok();
        let variables = variables.and_then(|value| value.as_object().cloned()).unwrap_or_default();
        Request { document, operation_name: subscribe.operation_name, variables, carrier: Carrier::Socket }
    }
}

fn not_now(fault: &Fault) -> NotLive {
    tracing::warn!(%fault, "a connection was not begun");
    NotLive(Code::ServiceUnavailable.name())
}

impl Connection {
    fn sender(&self) -> Sender {
        Sender { bearer: self.bearer.get().cloned(), origin: self.origin.clone(), request_id: self.request_id.clone() }
    }
}

/// A subscription that counts as long as it is open.
struct Slot(Arc<Connection>);

impl Slot {
    fn take(connection: &Arc<Connection>) -> Option<Self> {
        let slot = Self(Arc::clone(connection));
        (connection.open.fetch_add(1, Ordering::Relaxed) < MOST).then_some(slot)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Executor for Live {
    /// Nothing is carried out here that has an end.
    async fn execute(&self, _request: Subscribe) -> Response {
        Response::from_errors(vec![])
    }

    fn execute_stream(&self, subscribe: Subscribe, _data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let Some(slot) = Slot::take(&self.0) else {
            let message = format!("A connection may have at most {MOST} subscriptions at once.");
            let error = TopLevelError::new(Code::QueryTooComplex, message).about_document();
            return stream::once(future::ready(Response::from_errors(vec![error]))).boxed();
        };
        let request = Self::request(subscribe);
        let answers = self.0.api.subscribe(request, self.0.sender());
        answers.map(move |response| (&slot, response).1).boxed()
    }
}

/// So that whoever carries the connection needs no words of the GraphQL library.
impl From<NotLive> for Error {
    fn from(NotLive(reason): NotLive) -> Self {
        Self::new(reason)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}
