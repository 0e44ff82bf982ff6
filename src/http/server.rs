//! Listening, giving up on those who are too slow, and stopping without losing what is under way.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    time::timeout,
};

use super::{
    connection::{slots::ConnectionSlots, take_connections},
    middleware::service,
    state::AppState,
};

/// How long requests that are under way have when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A server that has its port, and answers once it is run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    state: Arc<AppState>,
    drain: Duration,
}

impl Server {
    /// Takes the port, for as many clients at once. When it is told to stop, the server goes on taking requests for
    /// `drain`.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn bind(address: SocketAddr, state: Arc<AppState>, drain: Duration) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, state, drain })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop`; then is not ready any more, takes no new connection after a while, and finishes what is
    /// under way.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let Self { listener, state, drain } = self;
        let service = service(&state);
        let stop = async {
            stop.await;
            state.leave();
            tokio::time::sleep(drain).await;
        };
        let (stopped, stopping) = watch::channel(false);
        // Nothing is ever sent: it ends when the last connection lets go of it.
        let (alive, mut all_gone) = mpsc::channel(1);

        let slots = ConnectionSlots::limited_by_network(state.config.max_clients, state.config.trusted_proxies.clone());
        tokio::select! {
            // Whoever stands at the door when it closes is let in.
            biased;
            () = take_connections(&listener, &service, slots, alive, &stopping) => {}
            () = stop => {}
        }
        drop(listener);
        stopped.send_replace(true);
        if timeout(LAST_REQUESTS, all_gone.recv()).await.is_err() {
            tracing::warn!(target: "latchkey::server", "stopping with requests still under way");
        }
    }
}
