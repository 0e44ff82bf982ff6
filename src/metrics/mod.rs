//! What is counted, for whoever watches over the server: every series, what its labels may say, and what it means.
//!
//! Labels are closed sets: the names of the schema, of events and of routes, never what a client wrote. Each server counts
//! for itself; Prometheus adds up. To count something else: a field, its name and its help in `new`, a method, and its labels in
//! `label.rs`.

mod label;

use std::{
    borrow::Cow,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use self::label::{Attempt, BreachCheck, Event, Mailed, OfPool, OfState, Operation, Refused, Request};

/// Between which times requests are told apart, in seconds: those of OpenTelemetry's conventions, and the millisecond.
const BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0];

/// What may come of a try to send a mail: there from the beginning, so that the first one is a change.
const MAIL_OUTCOMES: [&str; 4] = ["sent", "needless", "put_off", "given_up"];

/// Everything that one server counts.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram>,
    operations: Family<Operation, Counter>,
    refused_documents: Family<Refused, Counter>,
    events: Family<Event, Counter>,
    refused_attempts: Family<Attempt, Counter>,
    breach_checks: Family<BreachCheck, Counter>,
    mails: Family<Mailed, Counter>,
    hash_rounds: Counter,
    hash_line: Gauge,
    hash_time: Gauge<f64, AtomicU64>,
    connections: Family<OfState, Gauge>,
    most_connections: Family<OfPool, Gauge>,
    sockets: Gauge,
    panics: Counter,
}

/// What is not counted but looked at, at the moment when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Snapshot {
    /// How many bcrypt rounds were computed so far.
    pub hash_rounds: u64,
    /// How many wait for a turn to have a password hashed.
    pub hash_line: usize,
    /// How long all threads together take for one.
    pub hash_time: Duration,
    /// The pools of connections to the database, by name.
    pub pools: [(&'static str, Pool); 2],
    /// How many WebSockets are open.
    pub sockets: usize,
    /// How often something of ours panicked.
    pub panics: u64,
}

/// A pool of connections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool {
    /// How many are open and do nothing.
    pub idle: usize,
    /// How many are at work.
    pub used: usize,
    /// How many there may be.
    pub most: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Nothing has been counted.
    #[must_use]
    pub fn new() -> Self {
        let requests = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let metrics = Self {
            registry: Registry::default(),
            requests,
            operations: Family::default(),
            refused_documents: Family::default(),
            events: Family::default(),
            refused_attempts: Family::default(),
            breach_checks: Family::default(),
            mails: Family::default(),
            hash_rounds: Counter::default(),
            hash_line: Gauge::default(),
            hash_time: Gauge::default(),
            connections: Family::default(),
            most_connections: Family::default(),
            sockets: Gauge::default(),
            panics: Counter::default(),
        };
        for outcome in MAIL_OUTCOMES {
            metrics.mails.get_or_create(&Mailed { outcome }).inc_by(0);
        }
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let all = &mut self.registry;
        all.register("latchkey_build", "The version that runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        all.register_with_unit(
            "http_server_request_duration",
            "How long requests took, by method, route and status",
            Unit::Seconds,
            self.requests.clone(),
        );
        all.register(
            "latchkey_operations",
            "Fields of Query and Mutation that were asked for; the outcome is the answer's __typename, or its error's code",
            self.operations.clone(),
        );
        all.register(
            "latchkey_refused_documents",
            "Requests of which nothing was carried out, by the error's code",
            self.refused_documents.clone(),
        );
        all.register(
            "latchkey_events",
            "What happened to accounts, in the words of OWASP's Logging Vocabulary",
            self.events.clone(),
        );
        all.register(
            "latchkey_refused_attempts",
            "Attempts that were one too many, by what was tried",
            self.refused_attempts.clone(),
        );
        all.register("latchkey_mails", "Tries to send a mail, by what came of them", self.mails.clone());
        all.register(
            "latchkey_breach_checks",
            "New passwords that were looked up among those that leaked elsewhere, by what came of it",
            self.breach_checks.clone(),
        );
        for outcome in ["found", "not_found", "failed"] {
            // From the beginning, so that the first failure is seen as one more.
            self.breach_checks.get_or_create(&BreachCheck { outcome }).inc_by(0);
        }
        all.register(
            "latchkey_hash_rounds",
            "bcrypt rounds computed: two to the power of its cost for each password",
            self.hash_rounds.clone(),
        );
        all.register("latchkey_hash_line", "Passwords that wait for their turn to be hashed", self.hash_line.clone());
        all.register_with_unit(
            "latchkey_hash_time",
            "How long all threads together took for one password when the server started",
            Unit::Seconds,
            self.hash_time.clone(),
        );
        all.register(
            "db_client_connection_count",
            "Connections to the database, by pool and by whether they are at work",
            self.connections.clone(),
        );
        all.register(
            "db_client_connection_max",
            "How many connections to the database there may be, by pool",
            self.most_connections.clone(),
        );
        all.register("latchkey_websockets", "WebSockets that are open", self.sockets.clone());
        all.register("latchkey_panics", "Mistakes of ours that were caught", self.panics.clone());
        self
    }

    /// A request was answered.
    pub fn record_request(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        let of = Request { http_request_method: method, http_route: route, http_response_status_code: status };
        self.requests.get_or_create(&of).observe(took.as_secs_f64());
    }

    /// A field of the root was carried out.
    pub fn record_operation(&self, field: &'static str, outcome: Cow<'static, str>) {
        self.operations.get_or_create(&Operation { field, outcome }).inc();
    }

    /// Of a request, nothing was carried out.
    pub fn record_refused_document(&self, code: Cow<'static, str>) {
        self.refused_documents.get_or_create(&Refused { code }).inc();
    }

    /// Something happened to an account.
    pub fn record_event(&self, event: &'static str) {
        self.events.get_or_create(&Event { event }).inc();
    }

    /// Somebody tried too often.
    pub fn record_refused_attempt(&self, limited: &'static str) {
        self.refused_attempts.get_or_create(&Attempt { limited }).inc();
    }

    /// A new password was looked up among those that leaked.
    pub fn record_breach_check(&self, outcome: &'static str) {
        self.breach_checks.get_or_create(&BreachCheck { outcome }).inc();
    }

    /// A mail was tried to be sent.
    pub fn record_mail(&self, outcome: &'static str) {
        self.mails.get_or_create(&Mailed { outcome }).inc();
    }

    /// Everything, in the text format of OpenMetrics.
    #[must_use]
    pub fn encode(&self, seen: &Snapshot) -> String {
        set(&self.hash_rounds, seen.hash_rounds);
        set(&self.panics, seen.panics);
        self.hash_line.set(whole(seen.hash_line));
        self.hash_time.set(seen.hash_time.as_secs_f64());
        self.sockets.set(whole(seen.sockets));
        for (pool, Pool { idle, used, most }) in seen.pools {
            for (state, count) in [("idle", idle), ("used", used)] {
                let of = OfState { db_client_connection_pool_name: pool, db_client_connection_state: state };
                self.connections.get_or_create(&of).set(whole(count));
            }
            self.most_connections.get_or_create(&OfPool { db_client_connection_pool_name: pool }).set(whole(most));
        }
        let mut text = String::new();
        // A String takes everything.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

fn set(counter: &Counter<u64, AtomicU64>, value: u64) {
    counter.inner().store(value, Ordering::Relaxed);
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
