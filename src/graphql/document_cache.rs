//! Documents that were read before: parsed once, and found again by the SHA-256 of their text.
//!
//! Clients may send that hash in place of the text (Apollo's automatic persisted queries).

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{ServerError, parser::types::ExecutableDocument};
use lru::LruCache;
use sha2::{Digest, Sha256};

use super::{
    document,
    top_level_error::{Code, TopLevelError},
};

/// How many documents are kept. Those that were not asked for the longest make room.
const MOST: NonZeroUsize = NonZeroUsize::new(500).unwrap();

/// The longest document that is kept, in bytes: with [`MOST`], all of them take a few megabytes at the most.
const LONGEST: usize = 4 * 1024;

type Hash = [u8; 32];

/// The documents that were read last and kept to the limits.
pub(super) struct DocumentCache {
    introspection: bool,
    documents: Mutex<LruCache<Hash, Arc<ExecutableDocument>>>,
}

impl DocumentCache {
    /// An empty one, for documents that may ask for the schema or not.
    pub(super) fn new(introspection: bool) -> Self {
        Self { introspection, documents: Mutex::new(LruCache::new(MOST)) }
    }

    /// The document of this text, parsed now or before.
    pub(super) fn by_text(&self, text: &str) -> Result<Arc<ExecutableDocument>, ServerError> {
        if !may_be_kept(text) {
            return document::parse(text, self.introspection).map(Arc::new);
        }
        let hash = Sha256::digest(text).into();
        if let Some(known) = self.documents().get(&hash) {
            return Ok(Arc::clone(known));
        }
        let document = document::parse(text, self.introspection).map(Arc::new)?;
        self.documents().put(hash, Arc::clone(&document));
        Ok(document)
    }

    /// The document whose text has this hash, in hexadecimal; one that is not kept has to be sent in full.
    pub(super) fn by_hash(&self, hash: &str) -> Result<Arc<ExecutableDocument>, ServerError> {
        let known = parse_hash(hash).and_then(|hash| self.documents().get(&hash).cloned());
        known.ok_or_else(|| TopLevelError::new(Code::PersistedQueryNotFound, NOT_FOUND).about_document())
    }

    fn documents(&self) -> MutexGuard<'_, LruCache<Hash, Arc<ExecutableDocument>>> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Apollo's clients look for, to the letter.
const NOT_FOUND: &str = "PersistedQueryNotFound";

/// A document with a string in it may hold a password or a token, and is hardly ever sent twice: values belong in
/// variables.
fn may_be_kept(text: &str) -> bool {
    text.len() <= LONGEST && !text.contains('"')
}

fn parse_hash(text: &str) -> Option<Hash> {
    let text = document::without_algorithm(text);
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, place) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[place..place + 2], 16).ok()?;
    }
    Some(hash)
}

impl fmt::Debug for DocumentCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentCache").field("count", &self.documents().len()).finish_non_exhaustive()
    }
}
