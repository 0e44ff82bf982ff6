//! Metrics that are read from other modules whenever all metrics are encoded.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::{
    label::{OfPool, OfState},
    registered,
};

/// Values of other modules at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Snapshot {
    /// The bcrypt rounds computed since the server started.
    pub hash_rounds: u64,
    /// The number of password hashes that wait for a thread.
    pub hash_queue: usize,
    /// How long all hash threads together take for one password.
    pub hash_time: Duration,
    /// The pools of connections to the database, by name.
    pub pools: [(&'static str, Pool); 2],
    /// The number of open WebSockets.
    pub sockets: usize,
    /// The number of panics that were caught.
    pub panics: u64,
}

/// The connections of a pool.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool {
    /// Open and unused connections.
    pub idle: usize,
    /// Connections in use.
    pub used: usize,
    /// The most connections that the pool opens.
    pub max: usize,
}

/// The metrics that hold the values of the last snapshot.
pub(super) struct SnapshotMetrics {
    hash_rounds: Counter,
    hash_queue: Gauge,
    hash_time: Gauge<f64, AtomicU64>,
    connections: Family<OfState, Gauge>,
    max_connections: Family<OfPool, Gauge>,
    sockets: Gauge,
    panics: Counter,
}

impl SnapshotMetrics {
    pub(super) fn new(all: &mut Registry) -> Self {
        let hash_rounds = registered(
            all,
            "latchkey_hash_rounds",
            "bcrypt rounds computed: two to the power of its cost for each password",
        );
        let hash_queue = registered(all, "latchkey_hash_line", "Password hashes that wait for a thread");
        let hash_time = Gauge::default();
        all.register_with_unit(
            "latchkey_hash_time",
            "How long all hash threads together took for one password when the server started",
            Unit::Seconds,
            hash_time.clone(),
        );
        Self {
            hash_rounds,
            hash_queue,
            hash_time,
            connections: registered(
                all,
                "db_client_connection_count",
                "Connections to the database, by pool and by whether they are idle or used",
            ),
            max_connections: registered(
                all,
                "db_client_connection_max",
                "The most connections to the database, by pool",
            ),
            sockets: registered(all, "latchkey_websockets", "Open WebSockets"),
            panics: registered(all, "latchkey_panics", "Panics that were caught"),
        }
    }

    pub(super) fn set(&self, snapshot: &Snapshot) {
        set_counter(&self.hash_rounds, snapshot.hash_rounds);
        set_counter(&self.panics, snapshot.panics);
        self.hash_queue.set(to_i64(snapshot.hash_queue));
        self.hash_time.set(snapshot.hash_time.as_secs_f64());
        self.sockets.set(to_i64(snapshot.sockets));
        for (pool, Pool { idle, used, max }) in snapshot.pools {
            for (state, count) in [("idle", idle), ("used", used)] {
                let labels = OfState { db_client_connection_pool_name: pool, db_client_connection_state: state };
                self.connections.get_or_create(&labels).set(to_i64(count));
            }
            self.max_connections.get_or_create(&OfPool { db_client_connection_pool_name: pool }).set(to_i64(max));
        }
    }
}

fn set_counter(counter: &Counter<u64, AtomicU64>, value: u64) {
    counter.inner().store(value, Ordering::Relaxed);
}

fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
