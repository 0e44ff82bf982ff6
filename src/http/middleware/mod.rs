//! What surrounds the routes: every request passes through it.

mod cors;
mod request_context;
pub(super) mod request_log;
pub(super) mod security_headers;

use std::{convert::Infallible, sync::Arc};

use axum::{extract::Request, middleware, response::Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::{routes::router, state::AppState};

/// What answers requests, for every connection a clone.
pub(in crate::http) trait HttpService:
    Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> HttpService for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

/// All that answers, and what stands around it.
///
/// Around the router as a whole: layers of the router itself are put around each route anew with every request.
pub(in crate::http) fn service(state: &Arc<AppState>) -> impl HttpService {
    // The origins outermost, so that a page may read an error of ours, too.
    let this = Arc::clone(state);
    let surround = middleware::from_fn(move |request, next| {
        request_context::with_request_context(Arc::clone(&this), request, next)
    });
    let around = (cors::layer(&state.config.cors_origins), surround);
    around.layer(router(Arc::clone(state)))
}
