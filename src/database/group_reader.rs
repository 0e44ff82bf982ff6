//! Questions that arrive while another one is under way travel together in the next one.
//!
//! An answer is never older than its question: it comes from a group that set out after the question arrived.

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

use super::retry::asked_again;

/// How many questions travel together at most.
const LARGEST_GROUP: usize = 256;

/// How long a group may be under way before it is given up, and the next one sets out on another connection.
const LONGEST: Duration = Duration::from_millis(3500);

/// Reads values by their keys, many at a time.
pub struct GroupReader<K, V> {
    questions: mpsc::UnboundedSender<Question<K, V>>,
}

/// What the database said, for everybody who travelled in one group.
pub type Answer<V> = Result<Option<V>, Arc<DbErr>>;

struct Question<K, V> {
    key: K,
    reply: oneshot::Sender<Answer<V>>,
}

impl<K, V> GroupReader<K, V>
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
        let (questions, waiting) = mpsc::unbounded_channel();
        tokio::spawn(read_on(waiting, read));
        Self { questions }
    }

    /// What there is for this key, as of now or later.
    ///
    /// # Errors
    ///
    /// What the database said.
    pub async fn read(&self, key: K) -> Answer<V> {
        let (reply, answer) = oneshot::channel();
        let _ = self.questions.send(Question { key, reply });
        answer.await.unwrap_or_else(|_| Err(Arc::new(DbErr::Custom("a group read broke down".to_owned()))))
    }
}

/// One group after the other, until nobody can ask any more.
async fn read_on<K, V, F, Reading>(mut waiting: mpsc::UnboundedReceiver<Question<K, V>>, read: F)
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

async fn answer<K, V, F, Reading>(group: &mut Vec<Question<K, V>>, read: &F)
where
    K: Copy + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> Reading,
    Reading: Future<Output = Result<HashMap<K, V>, DbErr>>,
{
    group.retain(|question| !question.reply.is_closed());
    if group.is_empty() {
        return;
    }
    // Who asks twice at the same moment is looked up once.
    let keys: HashSet<K> = group.iter().map(|question| question.key).collect();
    let keys: Vec<K> = keys.into_iter().collect();
    let found = tokio::time::timeout(LONGEST, asked_again(|| read(keys.clone()))).await;
    let found = found.unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))).map_err(Arc::new);
    for Question { key, reply } in group.drain(..) {
        let _ = reply.send(found.as_ref().map(|values| values.get(&key).cloned()).map_err(Arc::clone));
    }
}

impl<K, V> fmt::Debug for GroupReader<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupReader")
    }
}
