//! The server for clients: listens, serves connections, and stops without losing requests in progress.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    time::timeout,
};

use super::{
    connection::{accept_connections, slots::ConnectionSlots},
    middleware::service,
    state::AppState,
};

/// How long a server that stops waits for requests in progress.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A server that listens, and serves requests once it [runs](Server::run).
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    state: Arc<AppState>,
    drain: Duration,
}

impl Server {
    /// Binds the address. When the server is stopped, it accepts further requests for `drain`, so that load balancers
    /// can notice.
    ///
    /// # Errors
    ///
    /// If the address is not available.
    pub async fn bind(address: SocketAddr, state: Arc<AppState>, drain: Duration) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, state, drain })
    }

    /// The address that the server listens on.
    ///
    /// # Errors
    ///
    /// If the operating system does not return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves requests until `stop` completes. Then the server is not ready, stops accepting connections after the
    /// drain time, and finishes the requests in progress.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let Self { listener, state, drain } = self;
        let service = service(&state);
        let stop = async {
            stop.await;
            state.stop();
            tokio::time::sleep(drain).await;
        };
        let (stopped, stopping) = watch::channel(false);
        // No message is ever sent. The channel closes when the last connection has dropped its sender.
        let (alive, mut all_closed) = mpsc::channel(1);

        let slots = ConnectionSlots::limited_by_network(state.config.max_clients, state.config.trusted_proxies.clone());
        tokio::select! {
            // Accepts the connections that wait in the queue before it stops.
            biased;
            () = accept_connections(&listener, &service, slots, alive, &stopping) => {}
            () = stop => {}
        }
        drop(listener);
        stopped.send_replace(true);
        if timeout(LAST_REQUESTS, all_closed.recv()).await.is_err() {
            tracing::warn!(target: "latchkey::server", "stopping with requests in progress");
        }
    }
}
