//! `/graphql`: GraphQL over HTTP, one operation a request.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::MethodRouter,
};

use crate::{
    accounts::Origin,
    graphql::{self, Carrier, Code, Outcome, Sender, TopLevelError},
    http::{
        request::{
            self,
            accept::{MediaType, negotiate},
            body::Unreadable,
            content_type::is_json,
            parameters::{LinkParameters, Parameters},
            sender::{network, sender},
        },
        response::{self, respond},
        socket,
        state::AppState,
    },
};

/// The longest body that is skipped where it is not read, in bytes. It has arrived with the head of its request.
const SKIPPED: u64 = 4 * 1024;

/// `POST` for everything, `GET` for what changes nothing.
pub(super) fn route() -> MethodRouter<Arc<AppState>> {
    MethodRouter::new().get(by_link).post(by_body).fallback(other_method)
}

async fn by_body(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Some(media_type) = negotiate(&head.headers) else {
        return not_acceptable().closing_after(&body).respond(MediaType::Json);
    };
    let sender = sender(&state, &head);
    let asked = match read(&state, &head.headers, body, &sender.origin).await {
        Ok(request) => request,
        Err(refusal) => return refusal.respond(media_type),
    };
    answer(&state, asked, sender, media_type).await
}

async fn by_link(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    if socket::is_asked_for(&head.headers) {
        return socket::open(state, head).await;
    }
    let Some(media_type) = negotiate(&head.headers) else { return not_acceptable().respond(MediaType::Json) };
    let parameters = Query::<LinkParameters>::try_from_uri(&head.uri).ok();
    match parameters.and_then(|Query(link)| Parameters::from(link).into_request(Carrier::Link)) {
        Some(request) => answer(&state, request, sender(&state, &head), media_type).await,
        None => Refusal::new(StatusCode::BAD_REQUEST, LINK).respond(media_type),
    }
}

async fn answer(state: &AppState, request: graphql::Request, sender: Sender, media_type: MediaType) -> Response {
    let network = network(state, &sender.origin);
    let reply = state.api.answer(request, sender).await;
    let status = match (reply.outcome, media_type) {
        (Outcome::Executed, _) | (Outcome::Refused, MediaType::Json) => StatusCode::OK,
        (Outcome::Refused, MediaType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Outcome::MutationNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
    };
    let Ok(body) = response::body::counted(reply.json, &state.responses, network) else {
        return respond(StatusCode::SERVICE_UNAVAILABLE, TopLevelError::unavailable().to_json(), media_type);
    };
    let mut response = respond(status, body, media_type);
    if reply.outcome == Outcome::MutationNotAllowed {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

async fn read(state: &AppState, headers: &HeaderMap, body: Body, origin: &Origin) -> Result<graphql::Request, Refusal> {
    if !is_json(headers) {
        let message = "Send the request as application/json, in UTF-8.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).closing_after(&body));
    }
    let bytes = request::body::read(body, &state.bodies, || network(state, origin)).await?;
    let parameters = serde_json::from_slice::<Parameters>(&bytes).ok();
    let request = parameters.and_then(|parameters| parameters.into_request(Carrier::Body));
    request.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, BODY))
}

const BODY: &str = "Send one JSON object with `query`, and where needed `operationName`, `variables` and `extensions`.";
const LINK: &str = "Send `query`, and where needed `operationName`, and `variables` and `extensions` as JSON objects.";

async fn other_method() -> Response {
    let mut response =
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Use POST, or GET for queries.").respond(MediaType::Json);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

fn not_acceptable() -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
}

/// A request that is turned away before there is a document to look at.
struct Refusal {
    status: StatusCode,
    error: TopLevelError,
    /// Whether the body is not read to its end, so that nothing can follow on the connection. A client that is not told
    /// would send its next request there.
    closes: bool,
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        let code = match unreadable {
            Unreadable::TooManyOfNetwork | Unreadable::TooMany => Code::ServiceUnavailable,
            Unreadable::TooLong | Unreadable::TooSlow | Unreadable::Broken => Code::BadUserInput,
        };
        Self { status: unreadable.status(), error: TopLevelError::new(code, unreadable.message()), closes: true }
    }
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: TopLevelError::new(Code::BadUserInput, message), closes: false }
    }

    /// The same for a request whose body is not read. A short one is skipped.
    fn closing_after(self, body: &Body) -> Self {
        Self { closes: body.size_hint().upper().is_none_or(|length| length > SKIPPED), ..self }
    }

    fn respond(&self, media_type: MediaType) -> Response {
        let mut response = respond(self.status, self.error.to_json(), media_type);
        if self.closes {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
