//! Whether the process lives, and whether it can do its work: for whatever watches over it.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::http::state::AppState;

pub(in crate::http) fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// The process answers. Says nothing of the database: a restart would not bring that back.
async fn alive() -> &'static str {
    "ok\n"
}

/// Requests may be sent here: the database answers and is up to date, and the server is not about to stop.
async fn ready(State(state): State<Arc<AppState>>) -> (StatusCode, &'static str) {
    if state.is_leaving() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if state.accounts.are_ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database, or the signing keys\n")
    }
}
