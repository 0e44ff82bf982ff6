//! The settings of logs, metrics, traces and events.

use std::net::SocketAddr;

use chrono::TimeDelta;

use crate::{
    config::{
        kind::{Kind, NONE, choice, days, optional, parsed, parsed_by},
        settings_macro::settings,
    },
    trace::Collector,
};

const LOG_LEVELS: [(&str, LogLevel); 5] = [
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];

const LOG_FORMATS: [(&str, LogFormat); 2] = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];

settings! {
    /// Logs, metrics, traces and events.
    #[group("Monitoring")]
    pub struct MonitoringConfig {
        /// The lowest level that is logged.
        #[setting("LOG", default = "info", choice(&LOG_LEVELS))]
        pub log_level: LogLevel,

        /// The format of the log: `pretty` for people, `json` for machines.
        #[setting("LOG_FORMAT", default = "pretty", choice(&LOG_FORMATS))]
        pub log_format: LogFormat,

        /// The address and port of `/metrics`; `none` or empty turns it off. `/healthz` and `/readyz` are served there,
        /// too, so that probes need none of the connections for clients. If the setting is not given, a port that is taken
        /// is not an error.
        #[setting("METRICS_BIND", default = "127.0.0.1:9090", MetricsBindKind)]
        pub metrics: MetricsBind,

        /// The collector that traces are sent to: one that accepts OTLP over plain HTTP, such as `http://127.0.0.1:4318`.
        /// Requires a build with `--features otlp`.
        #[setting(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            default = "none",
            optional(NONE, parsed_by("a URL", str::parse::<Collector>))
        )]
        pub traces: Option<Collector>,

        /// How long events are kept in the table `events`, in days.
        #[setting("EVENT_EXPIRE_DAYS", default = "90", days(1..=36500))]
        pub event_lifetime: TimeDelta,
    }
}

/// The lowest level that is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Failures.
    Error,
    /// Also what may lead to failures.
    Warn,
    /// Also what happens.
    Info,
    /// Also how it happens.
    Debug,
    /// Also each step of it.
    Trace,
}

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// Where metrics are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsBind {
    /// Nowhere.
    Off,
    /// At the address that the operator chose.
    At(SocketAddr),
    /// At the default address, unless another process uses it.
    IfFree(SocketAddr),
}

struct MetricsBindKind;

/// What a valid `METRICS_BIND` is.
const METRICS_BIND: &str = "an address and a port, such as `127.0.0.1:9090`, or `none`";

impl Kind for MetricsBindKind {
    type Value = MetricsBind;

    fn expected(&self) -> String {
        METRICS_BIND.to_owned()
    }

    fn parse(&self, text: &str) -> Result<MetricsBind, String> {
        match text {
            "" | NONE => Ok(MetricsBind::Off),
            _ => parsed(METRICS_BIND).parse(text).map(MetricsBind::At),
        }
    }

    fn show(&self, value: &MetricsBind) -> String {
        match value {
            MetricsBind::Off => NONE.to_owned(),
            MetricsBind::At(address) | MetricsBind::IfFree(address) => address.to_string(),
        }
    }

    fn default(&self, text: &str) -> MetricsBind {
        MetricsBind::IfFree(parsed(METRICS_BIND).default(text))
    }

    fn accepts_empty(&self) -> bool {
        true
    }
}
