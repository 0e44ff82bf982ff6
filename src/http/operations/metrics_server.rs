//! `/metrics`, `/healthz` and `/readyz`, on a listener of their own for the operator's network: what is counted is not for
//! clients, and a probe there needs no connection slot among them.

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

use super::{classic_metrics::classic, probes};
use crate::http::{
    connection::{slots::ConnectionSlots, take_connections},
    request::accept::Accepted,
    state::AppState,
};

/// How many may look at once.
const MOST_LOOKERS: usize = 16;

/// OpenMetrics, which Prometheus and its relatives prefer, and the text format from before it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

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
    pub async fn run(self, state: Arc<AppState>, text: impl Fn() -> String + Send + Sync + 'static) {
        let text = Arc::new(text);
        let show = move |headers: HeaderMap| async move {
            let text = text();
            let (kind, text) = if wants_classic(&headers) { (CLASSIC, classic(&text)) } else { (OPEN_METRICS, text) };
            ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], text)
        };
        let router = Router::new().route("/metrics", get(show)).merge(probes::routes()).with_state(state);
        let ((alive, _gone), (_stop, stopping)) = (mpsc::channel(1), watch::channel(false));
        take_connections(&self.0, &router, ConnectionSlots::unlimited_by_network(MOST_LOOKERS), alive, &stopping).await;
    }
}

/// Whether the reader prefers the classic format. One that likes both as much, or says nothing, gets OpenMetrics.
fn wants_classic(headers: &HeaderMap) -> bool {
    Accepted::by(headers)
        .is_some_and(|accepted| accepted.quality("text", "plain") > accepted.quality("application", "openmetrics-text"))
}
