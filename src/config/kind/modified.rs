//! Kinds of settings that change one aspect of another kind.

use super::Kind;

/// A kind with a computed default.
pub(in crate::config) struct Or<K: Kind> {
    pub(super) kind: K,
    pub(super) default: K::Value,
}

/// A kind of settings that may have to be given.
pub(in crate::config) struct Required<K> {
    pub(super) kind: K,
    pub(super) message: Option<&'static str>,
}

/// A kind with the texts of another one, and values of another type.
pub(in crate::config) struct Mapped<K: Kind, T> {
    pub(super) kind: K,
    pub(super) to: fn(K::Value) -> T,
    pub(super) from: fn(&T) -> K::Value,
}

impl<K: Kind<Value: Clone>> Kind for Or<K> {
    type Value = K::Value;

    fn expected(&self) -> String {
        self.kind.expected()
    }

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        self.kind.parse(text)
    }

    fn show(&self, value: &Self::Value) -> String {
        self.kind.show(value)
    }

    fn default(&self, _description: &str) -> Self::Value {
        self.default.clone()
    }
}

impl<K: Kind> Kind for Required<K> {
    type Value = K::Value;

    fn expected(&self) -> String {
        self.kind.expected()
    }

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        self.kind.parse(text)
    }

    fn show(&self, value: &Self::Value) -> String {
        self.kind.show(value)
    }

    fn default(&self, text: &str) -> Self::Value {
        self.kind.default(text)
    }

    fn required(&self) -> Option<String> {
        self.message.map(ToOwned::to_owned)
    }
}

impl<K: Kind, T> Kind for Mapped<K, T> {
    type Value = T;

    fn expected(&self) -> String {
        self.kind.expected()
    }

    fn parse(&self, text: &str) -> Result<T, String> {
        self.kind.parse(text).map(self.to)
    }

    fn show(&self, value: &T) -> String {
        self.kind.show(&(self.from)(value))
    }
}
