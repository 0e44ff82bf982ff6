//! Whether the process lives, and whether it can do its work: for whatever watches over it.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use super::House;

/// The process answers. Says nothing of the database: a restart would not bring that back.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Requests may be sent here: the database answers and is up to date, and the server is not about to stop.
pub(super) async fn ready(State(house): State<Arc<House>>) -> (StatusCode, &'static str) {
    if house.is_leaving() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if house.accounts.are_ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database, or the signing keys\n")
    }
}
