//! `/metrics`, and the probes, on a listener of their own: clients must not see the metrics, and probes must not
//! compete with clients for connection slots.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{
        HeaderMap,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
};

use super::{classic_metrics::to_classic, probes};
use crate::http::{
    connection::{accept_connections, slots::ConnectionSlots},
    request::accept::Accept,
    state::AppState,
};

/// The most connections at once.
const MAX_CONNECTIONS: usize = 16;

/// The format that Prometheus and compatible servers prefer.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The older text format of Prometheus.
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The listener for metrics. It has no authentication: protect its address.
#[derive(Debug)]
pub struct MetricsServer(TcpListener);

impl MetricsServer {
    /// Binds the address.
    ///
    /// # Errors
    ///
    /// If the address is not available.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(TcpListener::bind(address).await?))
    }

    /// The address that the server listens on.
    ///
    /// # Errors
    ///
    /// If the operating system does not return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Responds to each request with the result of `encode`, which returns OpenMetrics, until it is dropped.
    pub async fn run(self, state: Arc<AppState>, encode: impl Fn() -> String + Send + Sync + 'static) {
        let encode = Arc::new(encode);
        let show = move |headers: HeaderMap| async move {
            let text = encode();
            let (kind, text) =
                if wants_classic(&headers) { (CLASSIC, to_classic(&text)) } else { (OPEN_METRICS, text) };
            ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], text)
        };
        let router = Router::new().route("/metrics", get(show)).merge(probes::routes()).with_state(state);
        let ((alive, _gone), (_stop, stopping)) = (mpsc::channel(1), watch::channel(false));
        accept_connections(&self.0, &router, ConnectionSlots::unlimited_by_network(MAX_CONNECTIONS), alive, &stopping)
            .await;
    }
}

/// Whether the client prefers the classic format. A client without a preference gets OpenMetrics.
fn wants_classic(headers: &HeaderMap) -> bool {
    Accept::from_headers(headers)
        .is_some_and(|accept| accept.quality("text", "plain") > accept.quality("application", "openmetrics-text"))
}
