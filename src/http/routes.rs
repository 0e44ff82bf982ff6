//! The routes, and the names that metrics have for them.

use std::sync::Arc;

use axum::Router;

use super::{endpoint, graphiql, operations::probes, state::AppState, well_known};

pub(super) fn router(state: Arc<AppState>) -> Router {
    let mut router = Router::new()
        .route("/graphql", endpoint::route())
        // Behind some proxies and in some clients, a path always ends with a slash.
        .route("/graphql/", endpoint::route())
        .merge(probes::routes())
        .merge(well_known::routes());
    if state.config.graphiql {
        router = router.merge(graphiql::routes());
    }
    router.with_state(state)
}

/// What the metrics call these routes. Paths that clients make up are one: otherwise there would be as many series as they
/// like.
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
