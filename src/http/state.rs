//! What the routes share.

use std::sync::Arc;

use ipnet::IpNet;
use tokio::sync::watch;

use super::{middleware::request_log::RefusalLog, quota::Quota, request, response, socket::sockets::Sockets};
use crate::{accounts::Accounts, graphql::Api, metrics::Metrics};

/// What an operator may choose about HTTP.
#[derive(Clone, Debug)]
pub struct HttpConfig {
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
pub struct AppState {
    pub(super) api: Arc<Api>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) config: HttpConfig,
    pub(super) leaving: watch::Sender<bool>,
    /// The bodies of requests that are in transfer.
    pub(super) bodies: Arc<Quota>,
    /// The large responses that clients have not read yet.
    pub(super) responses: Arc<Quota>,
    /// Lines of the log about requests that were refused.
    pub(super) refusals: RefusalLog,
    /// Room for sockets, which stay: never all of the places that there are for clients.
    pub(super) sockets: Arc<Sockets>,
}

impl AppState {
    /// What answers documents, and what must be ready for that.
    #[must_use]
    pub fn new(api: Api, accounts: Arc<Accounts>, metrics: Arc<Metrics>, config: HttpConfig) -> Self {
        let (api, leaving) = (Arc::new(api), watch::Sender::new(false));
        let sockets = Arc::new(Sockets::new(most_sockets(&config)));
        let (bodies, responses, refusals) = (request::body::quota(), response::body::quota(), RefusalLog::new());
        Self { api, accounts, metrics, config, leaving, bodies, responses, refusals, sockets }
    }

    /// How many WebSockets are open.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.sockets.count()
    }

    /// From now on the server is not ready: it is about to stop.
    pub(super) fn leave(&self) {
        self.leaving.send_replace(true);
    }

    pub(super) fn is_leaving(&self) -> bool {
        *self.leaving.borrow()
    }
}

/// Half of the clients: the others need a place, too.
fn most_sockets(config: &HttpConfig) -> usize {
    (config.max_clients / 2).max(1)
}
