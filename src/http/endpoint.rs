//! `/graphql`: one GraphQL operation per request, or a WebSocket (GraphQL over HTTP).

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
    graphql::{self, Client, Code, ReplyStatus, TopLevelError, Transport},
    http::{
        request::{
            self,
            body::BodyError,
            client::{client, network},
            content_type::is_json,
            media_type::{MediaType, negotiate},
            parameters::{Parameters, QueryParameters},
        },
        response::{self, respond},
        socket,
        state::AppState,
    },
};

/// The longest body that is discarded if it is not read, in bytes. It has arrived with the head of its request.
const MAX_DISCARDED: u64 = 4 * 1024;

/// `POST` for all operations, `GET` for queries and WebSockets.
pub(super) fn route() -> MethodRouter<Arc<AppState>> {
    MethodRouter::new().get(get).post(post).fallback(method_not_allowed)
}

async fn post(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Some(media_type) = negotiate(&head.headers) else {
        return not_acceptable().closing_after(&body).respond(MediaType::Json);
    };
    let client = client(&state, &head);
    let request = match read(&state, &head.headers, body, &client.origin).await {
        Ok(request) => request,
        Err(refusal) => return refusal.respond(media_type),
    };
    execute(&state, request, client, media_type).await
}

async fn get(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    if socket::is_upgrade(&head.headers) {
        return socket::open(state, head).await;
    }
    let Some(media_type) = negotiate(&head.headers) else { return not_acceptable().respond(MediaType::Json) };
    let parameters = Query::<QueryParameters>::try_from_uri(&head.uri).ok();
    match parameters.and_then(|Query(query)| Parameters::from(query).into_request(Transport::Get)) {
        Some(request) => execute(&state, request, client(&state, &head), media_type).await,
        None => Refusal::new(StatusCode::BAD_REQUEST, QUERY_FORMAT).respond(media_type),
    }
}

async fn execute(state: &AppState, request: graphql::Request, client: Client, media_type: MediaType) -> Response {
    let network = network(state, &client.origin);
    let reply = state.api.execute(request, client).await;
    let status = match (reply.status, media_type) {
        (ReplyStatus::Executed, _) | (ReplyStatus::RequestError, MediaType::Json) => StatusCode::OK,
        (ReplyStatus::RequestError, MediaType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (ReplyStatus::PostRequired, _) => StatusCode::METHOD_NOT_ALLOWED,
    };
    let Ok(body) = response::body::within_quota(reply.json, &state.response_bodies, network) else {
        return respond(StatusCode::SERVICE_UNAVAILABLE, TopLevelError::unavailable().to_json(), media_type);
    };
    let mut response = respond(status, body, media_type);
    if reply.status == ReplyStatus::PostRequired {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

async fn read(state: &AppState, headers: &HeaderMap, body: Body, origin: &Origin) -> Result<graphql::Request, Refusal> {
    if !is_json(headers) {
        let message = "Send the request as application/json in UTF-8.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).closing_after(&body));
    }
    let bytes = request::body::read(body, &state.request_bodies, || network(state, origin)).await?;
    let parameters = serde_json::from_slice::<Parameters>(&bytes).ok();
    let request = parameters.and_then(|parameters| parameters.into_request(Transport::Post));
    request.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, BODY_FORMAT))
}

const BODY_FORMAT: &str =
    "Send one JSON object with `query` and optionally `operationName`, `variables` and `extensions`.";
const QUERY_FORMAT: &str =
    "Send `query` and optionally `operationName`, and `variables` and `extensions` as JSON objects.";

async fn method_not_allowed() -> Response {
    let mut response =
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Use POST, or GET for queries.").respond(MediaType::Json);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

fn not_acceptable() -> Refusal {
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
}

/// A request that is refused before its document is known.
struct Refusal {
    status: StatusCode,
    error: TopLevelError,
    /// Whether the connection is closed because the body is not read to its end. The response then has to announce it,
    /// or the client would send its next request on this connection.
    closes: bool,
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::NetworkQuota | BodyError::TotalQuota => Code::ServiceUnavailable,
            BodyError::TooLong | BodyError::TooSlow | BodyError::Incomplete => Code::BadUserInput,
        };
        Self { status: error.status(), error: TopLevelError::new(code, error.message()), closes: true }
    }
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: TopLevelError::new(Code::BadUserInput, message), closes: false }
    }

    /// The same for a request whose body is not read. A short body is discarded, a long one closes the connection.
    fn closing_after(self, body: &Body) -> Self {
        Self { closes: body.size_hint().upper().is_none_or(|length| length > MAX_DISCARDED), ..self }
    }

    fn respond(&self, media_type: MediaType) -> Response {
        let mut response = respond(self.status, self.error.to_json(), media_type);
        if self.closes {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
