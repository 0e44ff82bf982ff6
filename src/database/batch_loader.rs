//! Combines reads that arrive at the same time into one query.
//!
//! While a query runs, the keys that arrive are collected for the next one. So a result is never older than its
//! request.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::Hash,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;
use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::{mpsc, oneshot};

use super::retry::retry_read;

/// The maximum number of requests in a batch.
const MAX_BATCH: usize = 256;

/// How long a batch may take before it fails, and the next one starts on another connection.
const BATCH_TIMEOUT: Duration = Duration::from_millis(3500);

/// Loads values by key, in batches.
pub struct BatchLoader<K, V> {
    requests: mpsc::UnboundedSender<Request<K, V>>,
}

/// The value of a key, or the error of its batch, which all requests of the batch share.
pub type LoadResult<V> = Result<Option<V>, Arc<DbErr>>;

struct Request<K, V> {
    key: K,
    reply: oneshot::Sender<LoadResult<V>>,
}

impl<K, V> BatchLoader<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Starts a loader with a function that returns the values of a list of keys.
    pub fn start<F, Loading>(load: F) -> Self
    where
        F: Fn(Vec<K>) -> Loading + Send + Sync + 'static,
        Loading: Future<Output = Result<HashMap<K, V>, DbErr>> + Send + 'static,
    {
        let (requests, pending) = mpsc::unbounded_channel();
        tokio::spawn(load_batches(pending, load));
        Self { requests }
    }

    /// Loads the value of a key, as it is at the time of the call or later.
    ///
    /// # Errors
    ///
    /// The error of the database.
    pub async fn load(&self, key: K) -> LoadResult<V> {
        let (reply, result) = oneshot::channel();
        let _ = self.requests.send(Request { key, reply });
        result.await.unwrap_or_else(|_| Err(Arc::new(DbErr::Custom("a batch of reads panicked".to_owned()))))
    }
}

/// Loads one batch after the other, until the loader is dropped.
async fn load_batches<K, V, F, Loading>(mut pending: mpsc::UnboundedReceiver<Request<K, V>>, load: F)
where
    K: Copy + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Loading,
    Loading: Future<Output = Result<HashMap<K, V>, DbErr>>,
{
    let mut batch = Vec::new();
    while pending.recv_many(&mut batch, MAX_BATCH).await > 0 {
        // A panic fails this batch only.
        let _ = AssertUnwindSafe(load_batch(&mut batch, &load)).catch_unwind().await;
        batch.clear();
    }
}

async fn load_batch<K, V, F, Loading>(batch: &mut Vec<Request<K, V>>, load: &F)
where
    K: Copy + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Loading,
    Loading: Future<Output = Result<HashMap<K, V>, DbErr>>,
{
    batch.retain(|request| !request.reply.is_closed());
    if batch.is_empty() {
        return;
    }
    // Several requests for the same key need one lookup.
    let keys: HashSet<K> = batch.iter().map(|request| request.key).collect();
    let keys: Vec<K> = keys.into_iter().collect();
    let values = tokio::time::timeout(BATCH_TIMEOUT, retry_read(|| load(keys.clone()))).await;
    let values = values.unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))).map_err(Arc::new);
    for Request { key, reply } in batch.drain(..) {
        let _ = reply.send(values.as_ref().map(|values| values.get(&key).cloned()).map_err(Arc::clone));
    }
}

impl<K, V> fmt::Debug for BatchLoader<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BatchLoader")
    }
}
