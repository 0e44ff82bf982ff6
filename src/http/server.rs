//! Listening, and stopping without losing what is under way.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch};

use super::{House, router};

/// How long requests that are under way have when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A server that has its port, and answers once it is run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    house: Arc<House>,
    drain: Duration,
}

impl Server {
    /// Takes the port. When it is told to stop, the server goes on taking requests for `drain`.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn bind(address: SocketAddr, house: House, drain: Duration) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, house: Arc::new(house), drain })
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
    ///
    /// # Errors
    ///
    /// When the system takes the port away.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, mut stopped) = watch::channel(false);
        let (house, drain) = (Arc::clone(&self.house), self.drain);
        let stop = async move {
            stop.await;
            house.leave();
            tokio::time::sleep(drain).await;
            stopping.send_replace(true);
        };

        let service = router(self.house).into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(stop);
        let patience = async move {
            if stopped.wait_for(|stopping| *stopping).await.is_ok() {
                tokio::time::sleep(LAST_REQUESTS).await;
            }
        };
        tokio::select! {
            served = serving.into_future() => served,
            () = patience => {
                tracing::warn!("stopping with requests still under way");
                Ok(())
            }
        }
    }
}
