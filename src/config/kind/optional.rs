//! A value, or a word for its absence.

use super::Kind;

/// A value of another kind, or a word for its absence, such as `none`.
pub(in crate::config) struct Optional<K> {
    word: &'static str,
    kind: K,
}

pub(in crate::config) fn optional<K: Kind>(word: &'static str, kind: K) -> Optional<K> {
    Optional { word, kind }
}

impl<K: Kind> Kind for Optional<K> {
    type Value = Option<K::Value>;

    fn expected(&self) -> String {
        format!("{}, or `{}`", self.kind.expected(), self.word)
    }

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        if text == self.word { Ok(None) } else { self.kind.parse(text).map(Some) }
    }

    fn show(&self, value: &Self::Value) -> String {
        value.as_ref().map_or_else(|| self.word.to_owned(), |value| self.kind.show(value))
    }
}
