//! Routes and clients for operators: metrics, probes and the health check.

mod classic_metrics;
pub mod healthcheck;
pub(super) mod metrics_server;
pub(super) mod probes;
