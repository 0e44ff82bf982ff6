//! What surrounds every request: a name for the log, a deadline, a net under it, and a line when it went wrong.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header::CONNECTION},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::{request_log::Answered, security_headers::add_security_headers};
use crate::{
    graphql::TopLevelError,
    http::{
        request::{
            accept::{MediaType, negotiate},
            sender::RequestId,
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

/// What takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_secs(4);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Which trace the client's request is part of (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

pub(in crate::http) async fn with_request_context(state: Arc<AppState>, mut request: Request, next: Next) -> Response {
    // Ours, not the client's: nobody else writes into our log.
    let id: Arc<str> = Arc::from(&*Uuid::new_v4().simple().encode_lower(&mut Uuid::encode_buffer()));
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let media_type = negotiate(request.headers()).unwrap_or(MediaType::Json);
    // At the level of errors, so that whatever is logged carries the request's name.
    let span = tracing::error_span!("request", id = &*id);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let (method_label, route_label) = (method_label(&method), route_label(uri.path()));
    let traceparent = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
    let trace = RequestSpan::start(method_label, route_label, traceparent, &id);

    let begun = Instant::now();
    let answer = trace.run(answer_in_time(&id, media_type, next.run(request)));
    let mut response = answer.instrument(span.clone()).await;
    add_security_headers(response.headers_mut(), state.config.https_only);
    if state.is_leaving() {
        // Whoever keeps connections, as proxies do, comes back on another one, perhaps of another instance.
        response.headers_mut().entry(CONNECTION).or_insert(HeaderValue::from_static("close"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }

    let (status, took) = (response.status().as_u16(), begun.elapsed());
    state.metrics.record_request(method_label, route_label, status, took);
    trace.end(status);
    let answered = Answered { method: method.as_str(), path: uri.path(), status, took };
    // What went well is a line too many where there are thousands a second.
    span.in_scope(|| if status >= 400 || took > SLOW { state.refusals.write(&answered) } else { answered.debug() });
    response
}

/// While the database is away, every request takes too long.
static TOO_LONG: LogLimiter = LogLimiter::per_second(20);

/// The answer, or that there is none: because it took too long, or because something of ours panicked.
async fn answer_in_time(request_id: &str, media_type: MediaType, answer: impl Future<Output = Response>) -> Response {
    let (status, error) = match tokio::time::timeout(DEADLINE, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => return response,
        Ok(Err(_panic)) => (StatusCode::INTERNAL_SERVER_ERROR, TopLevelError::internal(request_id)),
        Err(_elapsed) => {
            if let Some(left_out) = TOO_LONG.admit_now() {
                tracing::warn!(target: "latchkey::requests", left_out, "a request took too long");
            }
            (StatusCode::SERVICE_UNAVAILABLE, TopLevelError::unavailable())
        }
    };
    respond(status, error.to_json(), media_type)
}

/// The method, if it is one that is answered here: clients may invent others, and so as many series as they like.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::POST => "POST",
        // As OpenTelemetry's conventions call it.
        _ => "_OTHER",
    }
}
