//! For operators: the metrics listener, the probes, and the client of `latchkey healthcheck`.
//!
//! The probes are on both listeners, the metrics only on their own one, which belongs in a private network. To add a
//! page for operators, add a file, and merge its route into the router of `metrics_server`.

mod classic_metrics;
pub mod healthcheck;
pub(super) mod metrics_server;
pub(super) mod probes;
