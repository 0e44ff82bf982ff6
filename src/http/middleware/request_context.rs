//! Gives every request its context: an id, a trace, a deadline, a handler for panics, and its log line.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header::CONNECTION},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use tokio::time::{Instant, timeout};
use tracing::Instrument;
use uuid::Uuid;

use super::{request_log::Completed, security_headers::add_security_headers};
use crate::{
    graphql::TopLevelError,
    http::{
        request::{
            client::RequestId,
            media_type::{MediaType, negotiate},
        },
        response::respond,
        routes::route_label,
        state::AppState,
    },
    log_limiter::LogLimiter,
    trace::RequestSpan,
};

/// How long a request may take, whatever the database does.
const DEADLINE: Duration = Duration::from_millis(4800);

/// Requests that take longer are logged at the level of other problems.
const SLOW: Duration = Duration::from_secs(4);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The trace that the client's request is part of (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The log lines about requests that exceed the deadline: all of them do while the database does not respond.
static DEADLINE_EXCEEDED: LogLimiter = LogLimiter::per_second(20);

pub(super) async fn with_request_context(state: Arc<AppState>, mut request: Request, next: Next) -> Response {
    // The id is never the client's: clients must not choose what is in the log.
    let id: Arc<str> = Arc::from(&*Uuid::new_v4().simple().encode_lower(&mut Uuid::encode_buffer()));
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let media_type = negotiate(request.headers()).unwrap_or(MediaType::Json);
    // At the level of errors, so that every log line has the id, whatever the configured level.
    let span = tracing::error_span!("request", id = &*id);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let (method_label, route_label) = (method_label(&method), route_label(uri.path()));
    let traceparent = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
    let trace = RequestSpan::start(method_label, route_label, traceparent, &id);

    let begun = Instant::now();
    let response = trace.run(respond_in_time(&id, media_type, next.run(request)));
    let mut response = response.instrument(span.clone()).await;
    add_security_headers(response.headers_mut(), state.config.https_only);
    if state.is_stopping() {
        // Clients that keep connections open, such as proxies, have to reconnect, perhaps to another instance.
        response.headers_mut().entry(CONNECTION).or_insert(HeaderValue::from_static("close"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }

    let (status, took) = (response.status().as_u16(), begun.elapsed());
    state.metrics.record_request(method_label, route_label, status, took);
    trace.end(status);
    let completed = Completed { method: method.as_str(), path: uri.path(), status, took };
    // Successful requests are logged for debugging only: there may be thousands a second.
    span.in_scope(|| {
        if status >= 400 || took > SLOW {
            state.request_log.write(&completed);
        } else {
            completed.debug();
        }
    });
    response
}

/// Returns the response, or an error if it takes too long or panics.
async fn respond_in_time(
    request_id: &str,
    media_type: MediaType,
    response: impl Future<Output = Response>,
) -> Response {
    let (status, error) = match timeout(DEADLINE, AssertUnwindSafe(response).catch_unwind()).await {
        Ok(Ok(response)) => return response,
        Ok(Err(_panic)) => (StatusCode::INTERNAL_SERVER_ERROR, TopLevelError::internal(request_id)),
        Err(_elapsed) => {
            if let Some(suppressed) = DEADLINE_EXCEEDED.admit_now() {
                tracing::warn!(target: "latchkey::requests", suppressed, "request took too long");
            }
            (StatusCode::SERVICE_UNAVAILABLE, TopLevelError::unavailable())
        }
    };
    respond(status, error.to_json(), media_type)
}

/// The label of a method in metrics and traces. All methods without a route share one: clients can send any method, and
/// each label is a series.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::POST => "POST",
        // The label of OpenTelemetry's conventions.
        _ => "_OTHER",
    }
}
