//! Ids in groups, such as the sockets of each user. In each group, the oldest id is first.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// Ids by the key of their group. Newer ids are larger.
#[derive(Debug)]
pub(super) struct Groups<K>(HashMap<K, BTreeSet<u64>>);

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Copy + Eq + Hash> Groups<K> {
    pub(super) fn insert(&mut self, key: K, id: u64) {
        self.0.entry(key).or_default().insert(id);
    }

    pub(super) fn remove(&mut self, key: K, id: u64) {
        if let Some(ids) = self.0.get_mut(&key) {
            ids.remove(&id);
            if ids.is_empty() {
                self.0.remove(&key);
            }
        }
    }

    pub(super) fn len(&self, key: K) -> usize {
        self.0.get(&key).map_or(0, BTreeSet::len)
    }

    /// The ids of a group, oldest first.
    pub(super) fn ids(&self, key: K) -> impl Iterator<Item = u64> + use<'_, K> {
        self.0.get(&key).into_iter().flatten().copied()
    }

    /// The key and the size of the largest group. If there are several, the one with the oldest id.
    pub(super) fn largest(&self) -> Option<(K, usize)> {
        let largest = self.0.iter().max_by_key(|(_, ids)| (ids.len(), Reverse(ids.first())))?;
        Some((*largest.0, largest.1.len()))
    }
}
