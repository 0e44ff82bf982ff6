//! Questions that arrive while another one is under way travel together in the next one.
//!
//! An answer is never older than its request: it comes from a group that set out after the question arrived.

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

/// How many requests travel together at most.
const LARGEST_GROUP: usize = 256;

/// How long a group may be under way before it is given up, and the next one sets out on another connection.
const LONGEST: Duration = Duration::from_millis(3500);

/// Reads values by their keys, many at a time.
pub struct BatchLoader<K, V> {
    requests: mpsc::UnboundedSender<Request<K, V>>,
}

/// What the database said, for everybody who travelled in one group.
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
    /// Starts reading with a function that finds what there is for a list of keys.
    pub fn start<F, Reading>(read: F) -> Self
    where
        F: Fn(Vec<K>) -> Reading + Send + Sync + 'static,
        Reading: Future<Output = Result<HashMap<K, V>, DbErr>> + Send + 'static,
    {
        let (requests, waiting) = mpsc::unbounded_channel();
        tokio::spawn(read_on(waiting, read));
        Self { requests }
    }

    /// What there is for this key, as of now or later.
    ///
    /// # Errors
    ///
    /// What the database said.
    pub async fn load(&self, key: K) -> LoadResult<V> {
        let (reply, answer) = oneshot::channel();
        let _ = self.requests.send(Request { key, reply });
        answer.await.unwrap_or_else(|_| Err(Arc::new(DbErr::Custom("a group read broke down".to_owned()))))
    }
}

/// One group after the other, until nobody can ask any more.
async fn read_on<K, V, F, Reading>(mut waiting: mpsc::UnboundedReceiver<Request<K, V>>, read: F)
where
    K: Copy + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Reading,
    Reading: Future<Output = Result<HashMap<K, V>, DbErr>>,
{
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, LARGEST_GROUP).await > 0 {
        // A panic costs this group its answers, not all later ones theirs.
        let _ = AssertUnwindSafe(answer(&mut group, &read)).catch_unwind().await;
        group.clear();
    }
}

async fn answer<K, V, F, Reading>(group: &mut Vec<Request<K, V>>, read: &F)
where
    K: Copy + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Reading,
    Reading: Future<Output = Result<HashMap<K, V>, DbErr>>,
{
    group.retain(|request| !request.reply.is_closed());
    if group.is_empty() {
        return;
    }
    // Who asks twice at the same moment is looked up once.
    let keys: HashSet<K> = group.iter().map(|request| request.key).collect();
    let keys: Vec<K> = keys.into_iter().collect();
    let found = tokio::time::timeout(LONGEST, retry_read(|| read(keys.clone()))).await;
    let found = found.unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))).map_err(Arc::new);
    for Request { key, reply } in group.drain(..) {
        let _ = reply.send(found.as_ref().map(|values| values.get(&key).cloned()).map_err(Arc::clone));
    }
}

impl<K, V> fmt::Debug for BatchLoader<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BatchLoader")
    }
}
