//! The document cache: parsed and validated documents, by the SHA-256 hash of their text.
//!
//! Clients may send the hash instead of the text (Apollo's automatic persisted queries).

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use sha2::{Digest, Sha256};

use super::{
    read::{DocumentError, Requirements, read},
    strip_algorithm,
};
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Selection},
};

/// The memory for all documents, in bytes. The least recently used ones are removed to stay below it.
const MAX_WEIGHT: usize = 8 * 1024 * 1024;

/// The maximum length of a cached document, in bytes.
const MAX_LENGTH: usize = 4 * 1024;

/// Estimates of the memory of a parsed document: for each selection, and for each byte of text, which may be a value.
const BYTES_PER_SELECTION: usize = 250;
const BYTES_PER_TEXT_BYTE: usize = 100;

type Hash = [u8; 32];

/// The most recently used valid documents.
pub(in crate::graphql::execution) struct DocumentCache {
    entries: Mutex<Entries>,
}

struct Entries {
    documents: LruCache<Hash, (Arc<Document>, usize)>,
    weight: usize,
}

impl DocumentCache {
    /// Creates an empty cache.
    pub(super) fn new() -> Self {
        Self { entries: Mutex::new(Entries { documents: LruCache::unbounded(), weight: 0 }) }
    }

    /// The document with this text, from the cache or read now.
    pub(super) fn by_text(&self, text: &str, requirements: &Requirements) -> Result<Arc<Document>, DocumentError> {
        if !is_cacheable(text) {
            return read(text, requirements).map(Arc::new);
        }
        let hash = Sha256::digest(text).into();
        if let Some(known) = self.entries().get(&hash) {
            return Ok(known);
        }
        let document = read(text, requirements)?;
        let weight = BYTES_PER_SELECTION * count_selections(&document) + BYTES_PER_TEXT_BYTE * text.len();
        let document = Arc::new(document);
        self.entries().put(hash, Arc::clone(&document), weight);
        Ok(document)
    }

    /// The cached document whose text has this hash, in hexadecimal.
    pub(super) fn by_hash(&self, hash: &str) -> Result<Arc<Document>, TopLevelError> {
        let known = parse_hash(hash).and_then(|hash| self.entries().get(&hash));
        known.ok_or_else(|| TopLevelError::new(Code::PersistedQueryNotFound, NOT_FOUND))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn get(&mut self, hash: &Hash) -> Option<Arc<Document>> {
        self.documents.get(hash).map(|(document, _)| Arc::clone(document))
    }

    fn put(&mut self, hash: Hash, document: Arc<Document>, weight: usize) {
        self.weight += weight;
        if let Some((_, replaced)) = self.documents.put(hash, (document, weight)) {
            self.weight -= replaced;
        }
        while self.weight > MAX_WEIGHT
            && let Some((_, (_, oldest))) = self.documents.pop_lru()
        {
            self.weight -= oldest;
        }
    }
}

/// The message that Apollo's clients expect, exactly.
const NOT_FOUND: &str = "PersistedQueryNotFound";

/// Whether a document may be cached. A string in it may be a password or a token, and such a document is rarely sent
/// twice.
fn is_cacheable(text: &str) -> bool {
    text.len() <= MAX_LENGTH && !text.contains('"')
}

/// The number of selections in a document. Fragments are counted once, not for each spread.
fn count_selections(document: &Document) -> usize {
    let operations = document.operations.iter().map(|operation| &operation.selections);
    let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
    operations.chain(fragments).map(|selections| selections_in(selections)).sum()
}

fn selections_in(selections: &[Selection]) -> usize {
    let inside = |selection: &Selection| match selection {
        Selection::Field(field) => selections_in(&field.selections),
        Selection::Inline(inline) => selections_in(&inline.selections),
        Selection::Spread(_) => 0,
    };
    selections.iter().map(|selection| 1 + inside(selection)).sum()
}

fn parse_hash(text: &str) -> Option<Hash> {
    let text = strip_algorithm(text);
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, index) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[index..index + 2], 16).ok()?;
    }
    Some(hash)
}

impl fmt::Debug for DocumentCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentCache").field("weight", &self.entries().weight).finish_non_exhaustive()
    }
}
