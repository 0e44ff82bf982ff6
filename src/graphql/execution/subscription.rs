//! One client that subscribes over a connection that stays open: its token, and its subscriptions.

use std::{
    fmt, mem,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{Response, ServerError, Value};
use futures_util::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use secrecy::{ExposeSecret, SecretString};

use super::{api::Api, reply::RequestError, request::Request};
use crate::{
    accounts::{Caller, Fault, Origin, UserId},
    graphql::{
        context::Sender,
        error::{Code, TopLevelError},
    },
    log_limiter::LogLimiter,
};

/// How many subscriptions one connection may have at once.
const MAX_SUBSCRIPTIONS: usize = 10;

/// A connection of a client that subscribes.
pub struct Subscriber {
    api: Arc<Api>,
    origin: Origin,
    request_id: Arc<str>,
    bearer: OnceLock<SecretString>,
}

/// A connection whose client has authenticated.
pub struct AuthenticatedSubscriber {
    /// The user of the client.
    pub user: UserId,
    /// How long its token is valid from now on.
    pub expires_in: Duration,
    /// Completes when its session has ended.
    pub session_ended: BoxFuture<'static, ()>,
}

/// Why a client is not authenticated, in a word: a reason of `UNAUTHENTICATED`, or `SERVICE_UNAVAILABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberRejected(pub &'static str);

/// What a subscription sends to its client, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A response.
    Response(String),
    /// The list of errors of a request that was not executed. Nothing follows.
    Errors(String),
}

impl Subscriber {
    /// A connection from this origin, whose log lines have this id.
    #[must_use]
    pub fn new(api: Arc<Api>, origin: Origin, request_id: Arc<str>) -> Self {
        Self { api, origin, request_id, bearer: OnceLock::new() }
    }

    /// Authenticates the client by its bearer token.
    ///
    /// # Errors
    ///
    /// [`SubscriberRejected`].
    pub async fn authenticate(
        &self,
        bearer: Option<SecretString>,
    ) -> Result<AuthenticatedSubscriber, SubscriberRejected> {
        let bearer = bearer.ok_or(SubscriberRejected("MISSING"))?;
        let caller = self.api.accounts().authenticate(Some(bearer.expose_secret())).await;
        match caller {
            Ok(Caller::Known(actor)) => {
                let accounts = self.api.shared_accounts();
                let session_ended = accounts.end_of_session(&actor).await.map_err(|fault| unavailable(&fault))?;
                let _ = self.bearer.set(bearer);
                Ok(AuthenticatedSubscriber {
                    user: actor.user().id,
                    expires_in: accounts.time_left(&actor),
                    session_ended: Box::pin(session_ended),
                })
            }
            Ok(Caller::Unrecognised(rejection)) => Err(SubscriberRejected(TopLevelError::reason(rejection))),
            Ok(Caller::Anonymous) => Err(SubscriberRejected("MISSING")),
            Err(fault) => Err(unavailable(&fault)),
        }
    }

    /// Begins a subscription on a connection that has `open` others.
    ///
    /// # Errors
    ///
    /// The list of errors, as JSON, of a request that is not executed.
    pub fn subscribe(&self, request: Request, open: usize) -> Result<BoxStream<'static, Payload>, String> {
        if open >= MAX_SUBSCRIPTIONS {
            let message = format!("A connection may have at most {MAX_SUBSCRIPTIONS} subscriptions at once.");
            return Err(to_json(&[TopLevelError::new(Code::QueryTooComplex, message).about_document()]));
        }
        let responses =
            self.api.subscribe(request, self.sender()).map_err(|RequestError { errors, .. }| to_json(&errors))?;
        Ok(payloads(responses).boxed())
    }

    fn sender(&self) -> Sender {
        Sender {
            bearer: self.bearer.get().cloned(),
            origin: self.origin.clone(),
            request_id: Arc::clone(&self.request_id),
        }
    }
}

/// The payloads of responses. The first response also shows whether the request is executed at all.
fn payloads(responses: BoxStream<'static, Response>) -> impl stream::Stream<Item = Payload> {
    let mut is_first = true;
    responses.map(move |response| {
        if mem::take(&mut is_first) && is_request_error(&response) {
            Payload::Errors(to_json(&response.errors))
        } else {
            Payload::Response(serde_json::to_string(&response).unwrap_or_default())
        }
    })
}

/// Whether nothing was executed: errors of an execution say at which field they occurred.
fn is_request_error(response: &Response) -> bool {
    let Response { data, errors, .. } = response;
    *data == Value::Null && !errors.is_empty() && errors.iter().all(|error| error.path.is_empty())
}

fn to_json(errors: &[ServerError]) -> String {
    serde_json::to_string(errors).unwrap_or_default()
}

/// Clients that were disconnected come back at once, and all of them.
static REJECTED: LogLimiter = LogLimiter::per_second(20);

fn unavailable(fault: &Fault) -> SubscriberRejected {
    if let Some(left_out) = REJECTED.admit_now() {
        tracing::warn!(target: "latchkey::subscriptions", %fault, left_out, "a connection was not begun");
    }
    SubscriberRejected(Code::ServiceUnavailable.name())
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscriber")
    }
}
