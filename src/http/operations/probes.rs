//! `/healthz` and `/readyz`: probes for orchestrators and load balancers.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::http::state::AppState;

pub(in crate::http) fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// Succeeds whenever the process responds. Does not depend on the database, since a restart would not repair it.
async fn alive() -> &'static str {
    "ok\n"
}

/// Succeeds if this server can serve requests: the database responds and is migrated, a key can sign, and the server is
/// not stopping.
async fn ready(State(state): State<Arc<AppState>>) -> (StatusCode, &'static str) {
    if state.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if state.accounts.are_ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: check the database and the signing keys\n")
    }
}
