//! What verifiers of access tokens look for: the public keys, and where they are.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::state::AppState;

/// Where the keys are.
const JWKS: &str = "/.well-known/jwks.json";

/// How long verifiers may keep an answer: a key is published for twice as long before it signs.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub(super) fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route(JWKS, get(keys))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/.well-known/oauth-authorization-server", get(metadata))
}

/// The public keys (RFC 7517 §5); none where tokens are signed with a secret.
async fn keys(State(state): State<Arc<AppState>>) -> Response {
    answer(state.accounts.published_keys())
}

/// Who issues the tokens and where the keys are (RFC 8414 §2), for verifiers that begin at the issuer's URL.
async fn metadata(State(state): State<Arc<AppState>>) -> Response {
    let issuer = state.accounts.issuer();
    if !issuer.starts_with("https://") && !issuer.starts_with("http://") {
        return (
            StatusCode::NOT_FOUND,
            "Set TOKEN_ISSUER to the URL of this server, and this will say where its keys are.\n",
        )
            .into_response();
    }
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{}{JWKS}", issuer.trim_end_matches('/')),
        "response_types_supported": [],
        "subject_types_supported": ["public"],
    });
    answer(document.to_string())
}

fn answer(json: String) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json")), (header::CACHE_CONTROL, KEEP)];
    (headers, json).into_response()
}
