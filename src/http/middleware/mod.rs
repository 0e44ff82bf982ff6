//! The middleware around all routes: CORS, the context of a request, its log line and the security headers.
//!
//! Every request passes through all of it, whichever route it is for. Knows nothing about GraphQL or accounts.
//!
//! To add a header to all responses, add it to `security_headers`. To add another layer, add a file, and put the layer
//! into the tuple in [`service`], where the first one is the outermost.

mod cors;
mod request_context;
pub(super) mod request_log;
pub(super) mod security_headers;

use std::{convert::Infallible, sync::Arc};

use axum::{extract::Request, middleware, response::Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::{routes::router, state::AppState};

/// A service that responds to every request. Each connection gets a clone.
pub(in crate::http) trait HttpService:
    Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> HttpService for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

/// The routes with all middleware.
///
/// The layers are around the router as a whole. [`Router::layer`](axum::Router::layer) would wrap each route again for
/// every request.
pub(in crate::http) fn service(state: &Arc<AppState>) -> impl HttpService {
    // CORS is outermost, so that pages can also read the errors that the context creates.
    let of_context = Arc::clone(state);
    let context = middleware::from_fn(move |request, next| {
        request_context::with_request_context(Arc::clone(&of_context), request, next)
    });
    let layers = (cors::layer(&state.config.cors_origins), context);
    layers.layer(router(Arc::clone(state)))
}
