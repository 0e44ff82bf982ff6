//! Metrics of this server: counters, gauges and histograms, in the text format of OpenMetrics.
//!
//! The values of labels come from closed sets, such as the names of routes, of fields of the schema and of events,
//! never from what a client sent: otherwise clients could create any number of series. Each server counts for itself;
//! Prometheus adds them up.
//!
//! Knows nothing about what it counts: other modules call the `record_…` methods. Values that another module already
//! keeps, such as the number of open connections, are read for each response and passed to [`Metrics::encode`].
//!
//! To add a counter, add a field to [`Metrics`], create and register it in [`Metrics::new`], declare its labels in
//! `label.rs`, and add a `record_…` method. To add a value that is read, add it to `snapshot.rs`.
//!
//! ```
//! use latchkey::metrics::{Metrics, Snapshot};
//!
//! let metrics = Metrics::new();
//! metrics.record_mail("sent");
//! let text = metrics.encode(&Snapshot::default());
//! assert!(text.contains("latchkey_mails_total{outcome=\"sent\"} 1"));
//! ```

mod label;
mod snapshot;

use std::{borrow::Cow, fmt, time::Duration};

use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, histogram::Histogram, info::Info},
    registry::{Metric, Registry, Unit},
};

use self::{
    label::{Attempt, BreachCheck, Event, Mail, Operation, RefusedDocument, Request},
    snapshot::SnapshotMetrics,
};

pub use self::snapshot::{Pool, Snapshot};

/// The upper bounds of the buckets for durations, in seconds: those of OpenTelemetry's conventions, and shorter ones.
const BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0];

/// The outcomes of an attempt to send a mail.
const MAIL_OUTCOMES: [&str; 4] = ["sent", "needless", "put_off", "given_up"];

/// The outcomes of a lookup of a new password among breached ones.
const BREACH_CHECK_OUTCOMES: [&str; 3] = ["found", "not_found", "failed"];

/// All metrics of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram>,
    operations: Family<Operation, Counter>,
    refused_documents: Family<RefusedDocument, Counter>,
    events: Family<Event, Counter>,
    refused_attempts: Family<Attempt, Counter>,
    mails: Family<Mail, Counter>,
    breach_checks: Family<BreachCheck, Counter>,
    from_snapshot: SnapshotMetrics,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Creates and registers all metrics, with nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        let mut all = Registry::default();
        all.register("latchkey_build", "The version that runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let requests = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        all.register_with_unit(
            "http_server_request_duration",
            "Duration of HTTP requests, by method, route and status",
            Unit::Seconds,
            requests.clone(),
        );
        let metrics = Self {
            requests,
            operations: registered(
                &mut all,
                "latchkey_operations",
                "Executed fields of Query and Mutation; the outcome is the __typename of the result or the code of the error",
            ),
            refused_documents: registered(
                &mut all,
                "latchkey_refused_documents",
                "Requests that were refused before execution, by the code of the error",
            ),
            events: registered(
                &mut all,
                "latchkey_events",
                "Events of accounts, by their name in the OWASP Logging Vocabulary",
            ),
            refused_attempts: registered(
                &mut all,
                "latchkey_refused_attempts",
                "Attempts that were refused because of a rate limit, by limit",
            ),
            mails: registered(&mut all, "latchkey_mails", "Attempts to send a mail, by outcome"),
            breach_checks: registered(
                &mut all,
                "latchkey_breach_checks",
                "Lookups of new passwords among breached ones, by outcome",
            ),
            from_snapshot: SnapshotMetrics::new(&mut all),
            registry: all,
        };
        metrics.start_at_zero();
        metrics
    }

    /// Creates the series whose labels are known, so that Prometheus sees the first increase of each.
    fn start_at_zero(&self) {
        for outcome in MAIL_OUTCOMES {
            self.mails.get_or_create(&Mail { outcome }).inc_by(0);
        }
        for outcome in BREACH_CHECK_OUTCOMES {
            self.breach_checks.get_or_create(&BreachCheck { outcome }).inc_by(0);
        }
    }

    /// Records an HTTP request and how long its response took.
    pub fn record_request(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        let labels = Request { http_request_method: method, http_route: route, http_response_status_code: status };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Records the execution of a field of `Query` or `Mutation`.
    pub fn record_operation(&self, field: &'static str, outcome: Cow<'static, str>) {
        self.operations.get_or_create(&Operation { field, outcome }).inc();
    }

    /// Records a GraphQL request that was refused before execution.
    pub fn record_refused_document(&self, code: Cow<'static, str>) {
        self.refused_documents.get_or_create(&RefusedDocument { code }).inc();
    }

    /// Records an event of an account.
    pub fn record_event(&self, event: &'static str) {
        self.events.get_or_create(&Event { event }).inc();
    }

    /// Records an attempt that was refused because of a rate limit.
    pub fn record_refused_attempt(&self, limited: &'static str) {
        self.refused_attempts.get_or_create(&Attempt { limited }).inc();
    }

    /// Records a lookup of a new password among breached ones.
    pub fn record_breach_check(&self, outcome: &'static str) {
        self.breach_checks.get_or_create(&BreachCheck { outcome }).inc();
    }

    /// Records an attempt to send a mail.
    pub fn record_mail(&self, outcome: &'static str) {
        self.mails.get_or_create(&Mail { outcome }).inc();
    }

    /// Encodes all metrics in the text format of OpenMetrics.
    #[must_use]
    pub fn encode(&self, snapshot: &Snapshot) -> String {
        self.from_snapshot.set(snapshot);
        let mut encoded = String::new();
        // Writing to a `String` does not fail.
        let _ = text::encode(&mut encoded, &self.registry);
        encoded
    }
}

/// Creates a metric and registers it under this name and help text.
fn registered<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
