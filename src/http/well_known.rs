//! `/.well-known/`: the public keys for verifying access tokens, and metadata that points to them.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::state::AppState;

/// The path of the public keys.
const JWKS: &str = "/.well-known/jwks.json";

/// How long verifiers may cache a response. A key is published for twice as long before it signs.
const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub(super) fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route(JWKS, get(keys))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/.well-known/oauth-authorization-server", get(metadata))
}

/// The public keys as a JWK Set (RFC 7517 §5). It is empty if tokens are signed with a secret.
async fn keys(State(state): State<Arc<AppState>>) -> Response {
    json(state.accounts.published_keys())
}

/// The issuer and the URL of the keys (RFC 8414 §2), for verifiers that are configured with the issuer only.
async fn metadata(State(state): State<Arc<AppState>>) -> Response {
    let issuer = state.accounts.issuer();
    if !issuer.starts_with("https://") && !issuer.starts_with("http://") {
        return (StatusCode::NOT_FOUND, "Set TOKEN_ISSUER to the URL of this server to publish its metadata here.\n")
            .into_response();
    }
    let document = serde_json::json!({
        "issuer": issuer,
        "jwks_uri": format!("{}{JWKS}", issuer.trim_end_matches('/')),
        "response_types_supported": [],
        "subject_types_supported": ["public"],
    });
    json(document.to_string())
}

fn json(text: String) -> Response {
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json")), (header::CACHE_CONTROL, CACHING)];
    (headers, text).into_response()
}
