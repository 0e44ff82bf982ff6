//! Subscriptions over a long-lived connection: authenticates the client and streams its responses.

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
        context::Client,
        error::{Code, TopLevelError},
    },
    log_limiter::LogLimiter,
};

/// The maximum number of concurrent subscriptions on a connection.
const MAX_SUBSCRIPTIONS: usize = 10;

/// A client with a connection for subscriptions.
pub struct Subscriber {
    api: Arc<Api>,
    origin: Origin,
    request_id: Arc<str>,
    bearer: OnceLock<SecretString>,
}

/// The session of a subscriber that has authenticated.
pub struct AuthenticatedSubscriber {
    /// The user.
    pub user: UserId,
    /// The remaining lifetime of the access token.
    pub expires_in: Duration,
    /// Completes when the session has ended.
    pub session_ended: BoxFuture<'static, ()>,
}

/// The client is not authenticated. Holds a reason of `UNAUTHENTICATED`, or `SERVICE_UNAVAILABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberRejected(pub &'static str);

/// A message of a subscription to its client, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A response.
    Response(String),
    /// The errors of a request that is not executed. The stream ends after it.
    Errors(String),
}

impl Subscriber {
    /// Creates a subscriber that connects from `origin`. Log lines about it have this request id.
    #[must_use]
    pub fn new(api: Arc<Api>, origin: Origin, request_id: Arc<str>) -> Self {
        Self { api, origin, request_id, bearer: OnceLock::new() }
    }

    /// Authenticates the client with its access token.
    ///
    /// # Errors
    ///
    /// [`SubscriberRejected`] if there is no valid token, or if the database is unavailable.
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

    /// Starts a subscription on a connection that has `open` subscriptions.
    ///
    /// # Errors
    ///
    /// The errors, as a JSON list, of a request that is not executed.
    pub fn subscribe(&self, request: Request, open: usize) -> Result<BoxStream<'static, Payload>, String> {
        if open >= MAX_SUBSCRIPTIONS {
            let message = format!("A connection may have at most {MAX_SUBSCRIPTIONS} subscriptions at once.");
            return Err(to_json(&[TopLevelError::new(Code::QueryTooComplex, message).about_document()]));
        }
        let responses =
            self.api.subscribe(request, self.client()).map_err(|RequestError { errors, .. }| to_json(&errors))?;
        Ok(payloads(responses).boxed())
    }

    fn client(&self) -> Client {
        Client {
            bearer: self.bearer.get().cloned(),
            origin: self.origin.clone(),
            request_id: Arc::clone(&self.request_id),
        }
    }
}

/// The payloads of responses. The first response may be a request error.
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

/// Whether a response is a request error: unlike execution errors, these have no path.
fn is_request_error(response: &Response) -> bool {
    let Response { data, errors, .. } = response;
    *data == Value::Null && !errors.is_empty() && errors.iter().all(|error| error.path.is_empty())
}

fn to_json(errors: &[ServerError]) -> String {
    serde_json::to_string(errors).unwrap_or_default()
}

/// Limits log lines while the database is unavailable, because all disconnected clients reconnect at once.
static REJECTED: LogLimiter = LogLimiter::per_second(20);

fn unavailable(fault: &Fault) -> SubscriberRejected {
    if let Some(suppressed) = REJECTED.admit_now() {
        tracing::warn!(target: "latchkey::subscriptions", %fault, suppressed, "subscriber rejected");
    }
    SubscriberRejected(Code::ServiceUnavailable.name())
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscriber")
    }
}
