//! The listener for metrics, and the values that it reads from other modules.

use std::sync::Arc;

use super::{Services, StartError};
use crate::{
    accounts::HashLoad,
    config::MetricsBind,
    database::Load,
    http::{AppState, MetricsServer},
    log,
    metrics::{Pool, Snapshot},
};

/// Binds the address for metrics, if the settings name one. The default address may be taken; another one may not.
pub(super) async fn bind(address: MetricsBind) -> Result<Option<MetricsServer>, StartError> {
    let (MetricsBind::At(socket) | MetricsBind::IfFree(socket)) = address else { return Ok(None) };
    match MetricsServer::bind(socket).await {
        Ok(server) => Ok(Some(server)),
        Err(error) if address == MetricsBind::IfFree(socket) => {
            tracing::warn!(target: "latchkey::server", address = %socket, %error, "no metrics: cannot listen on METRICS_BIND");
            Ok(None)
        }
        Err(error) => Err(StartError::Listen(socket, error)),
    }
}

/// Returns a function that reads the current values of other modules.
pub(super) fn snapshot(services: &Services, state: Arc<AppState>) -> impl Fn() -> Snapshot + Send + Sync + 'static {
    let (accounts, database) = (Arc::clone(&services.accounts), services.database.clone());
    move || {
        let HashLoad { rounds, waiting, time_per_password } = accounts.hash_load();
        Snapshot {
            hash_rounds: rounds,
            hash_queue: waiting,
            hash_time: time_per_password,
            pools: database.load().map(|(name, Load { idle, used, max })| (name, Pool { idle, used, max })),
            sockets: state.open_sockets(),
            panics: log::panics(),
        }
    }
}
