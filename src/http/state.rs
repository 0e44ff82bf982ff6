//! The state that all routes share, and the settings of HTTP.

use std::sync::Arc;

use ipnet::IpNet;
use tokio::sync::watch;

use crate::{
    accounts::Accounts,
    graphql::Api,
    http::{middleware::request_log::RequestLog, quota::Quota, request, response, socket::sockets::Sockets},
    metrics::Metrics,
};

/// The settings of HTTP.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The origins whose pages may call the server, exactly as browsers send them.
    pub cors_origins: Vec<String>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers must use HTTPS.
    pub https_only: bool,
    /// Whether GraphiQL is served at `/`.
    pub graphiql: bool,
    /// The most client connections at once.
    pub max_clients: usize,
}

/// The state that all routes share.
#[derive(Debug)]
pub struct AppState {
    pub(super) api: Arc<Api>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) config: HttpConfig,
    /// Whether the server is stopping.
    pub(super) stopping: watch::Sender<bool>,
    /// Request bodies in transfer.
    pub(super) request_bodies: Arc<Quota>,
    /// Large responses that clients have not read yet.
    pub(super) response_bodies: Arc<Quota>,
    pub(super) request_log: RequestLog,
    pub(super) sockets: Arc<Sockets>,
}

impl AppState {
    /// Creates the state of a server that is not stopping.
    #[must_use]
    pub fn new(api: Api, accounts: Arc<Accounts>, metrics: Arc<Metrics>, config: HttpConfig) -> Self {
        Self {
            api: Arc::new(api),
            accounts,
            metrics,
            stopping: watch::Sender::new(false),
            request_bodies: request::body::quota(),
            response_bodies: response::body::quota(),
            request_log: RequestLog::new(),
            sockets: Arc::new(Sockets::new(max_sockets(&config))),
            config,
        }
    }

    /// The number of open WebSockets.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.sockets.count()
    }

    /// Makes the server not ready, because it is about to stop.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

/// Half of the connections: WebSockets stay open, and requests need connections, too.
fn max_sockets(config: &HttpConfig) -> usize {
    (config.max_clients / 2).max(1)
}
