//! The wire: routes, GraphQL over HTTP, health, and what surrounds every request.
//!
//! The only room that knows headers and status codes. A new route is a file here, a line in `router` and one in
//! `known_route`.

mod accept;
mod classic_metrics;
mod client_address;
mod closing;
mod connection_slots;
mod content_type;
mod cors;
mod endpoint;
mod graphiql;
pub mod healthcheck;
mod host;
mod json_body;
mod metrics;
mod probes;
mod protection;
mod quota;
mod refusal_log;
mod request_body;
mod response;
mod response_body;
mod server;
mod socket;
mod surround;
mod well_known;

use std::{convert::Infallible, sync::Arc};

use axum::{Router, extract::Request, middleware, response::Response};
use ipnet::IpNet;
use tokio::sync::watch;
use tower_layer::Layer;
use tower_service::Service;

use crate::{accounts::Accounts, graphql::Api, metrics::Metrics};

use self::{quota::Quota, refusal_log::RefusalLog, socket::Sockets};

pub use self::{metrics::MetricsServer, server::Server};

/// What an operator may choose about the wire.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The origins whose pages may call, exactly as browsers write them.
    pub cors_origins: Vec<String>,
    /// The proxies that are believed when they say where a request came from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers are told to come by HTTPS only.
    pub https_only: bool,
    /// Whether `/` is GraphiQL.
    pub graphiql: bool,
    /// For how many clients there is room.
    pub max_clients: usize,
}

/// What the routes need.
#[derive(Debug)]
pub struct House {
    api: Arc<Api>,
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    wire: Wire,
    leaving: watch::Sender<bool>,
    /// The bodies of requests that are in transfer.
    bodies: Arc<Quota>,
    /// The large responses that clients have not read yet.
    responses: Arc<Quota>,
    /// Lines of the log about requests that were refused.
    refusals: RefusalLog,
    /// Room for sockets, which stay: never all of the places that there are for clients.
    sockets: Arc<Sockets>,
}

impl House {
    /// What answers documents, and what must be ready for that.
    #[must_use]
    pub fn new(api: Api, accounts: Arc<Accounts>, metrics: Arc<Metrics>, wire: Wire) -> Self {
        let (api, leaving) = (Arc::new(api), watch::Sender::new(false));
        let sockets = Arc::new(Sockets::new(most_sockets(&wire)));
        let (bodies, responses, refusals) = (request_body::quota(), response_body::quota(), RefusalLog::new());
        Self { api, accounts, metrics, wire, leaving, bodies, responses, refusals, sockets }
    }

    /// How many WebSockets are open.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.sockets.count()
    }

    /// From now on the server is not ready: it is about to stop.
    fn leave(&self) {
        self.leaving.send_replace(true);
    }

    fn is_leaving(&self) -> bool {
        *self.leaving.borrow()
    }
}

/// Half of the clients: the others need a place, too.
fn most_sockets(wire: &Wire) -> usize {
    (wire.max_clients / 2).max(1)
}

/// What answers requests, for every connection a clone.
trait Answers:
    Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> Answers for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

/// All that answers, and what stands around it.
///
/// Around the router as a whole: layers of the router itself are put around each route anew with every request.
fn service(house: &Arc<House>) -> impl Answers {
    // The origins outermost, so that a page may read an error of ours, too.
    let this = Arc::clone(house);
    let surround = middleware::from_fn(move |request, next| surround::surround(Arc::clone(&this), request, next));
    let around = (cors::layer(&house.wire.cors_origins), surround);
    around.layer(router(Arc::clone(house)))
}

fn router(house: Arc<House>) -> Router {
    let mut router = Router::new()
        .route("/graphql", endpoint::route())
        // Behind some proxies and in some clients, a path always ends with a slash.
        .route("/graphql/", endpoint::route())
        .merge(probes::routes())
        .merge(well_known::routes());
    if house.wire.graphiql {
        router = router.merge(graphiql::routes());
    }
    router.with_state(house)
}

/// What the metrics call these routes. Paths that clients make up are one: otherwise there would be as many series as they
/// like.
fn known_route(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/graphql" | "/graphql/" => "/graphql",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        _ if path.starts_with("/.well-known/") => "/.well-known/",
        _ => "_OTHER",
    }
}
