//! `/metrics`, on a listener of its own: what is counted is for the operator's network, not for clients.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
};

use super::server::take_connections;

/// How many may look at once.
const MOST_LOOKERS: usize = 8;

/// What is written: OpenMetrics, which Prometheus and its relatives read.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Shows what is counted to whoever may connect.
#[derive(Debug)]
pub struct MetricsServer(TcpListener);

impl MetricsServer {
    /// Takes the port.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(TcpListener::bind(address).await?))
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Answers with `text` as it is at that moment, until it is dropped.
    pub async fn run(self, text: impl Fn() -> String + Send + Sync + 'static) {
        let text = Arc::new(text);
        let show = move || async move { ([(CONTENT_TYPE, OPEN_METRICS), (CACHE_CONTROL, "no-store")], text()) };
        let router = Router::new().route("/metrics", get(show));
        let ((alive, _gone), (_stop, stopping)) = (mpsc::channel(1), watch::channel(false));
        take_connections(&self.0, &router, MOST_LOOKERS, alive, &stopping).await;
    }
}
