//! The routes of the server, and their labels in metrics and traces.

use std::sync::Arc;

use axum::Router;

use super::{endpoint, graphiql, operations::probes, state::AppState, well_known};

/// All routes for clients.
pub(super) fn router(state: Arc<AppState>) -> Router {
    let mut router = Router::new()
        .route("/graphql", endpoint::route())
        // Some proxies and clients always add a slash.
        .route("/graphql/", endpoint::route())
        .merge(probes::routes())
        .merge(well_known::routes());
    if state.config.graphiql {
        router = router.merge(graphiql::routes());
    }
    router.with_state(state)
}

/// The label of a path in metrics and traces. All paths without a route share one: clients can send any path, and each
/// label is a series.
pub(super) fn route_label(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/graphql" | "/graphql/" => "/graphql",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        _ if path.starts_with("/.well-known/") => "/.well-known/",
        _ => "_OTHER",
    }
}
