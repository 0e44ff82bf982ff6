//! A short text of a client in an event.

use std::fmt;

/// The longest text, in bytes.
const MAX: usize = 120;

/// The beginning of a text, stored in place, so that an event stays a plain value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::accounts) struct ShortText {
    bytes: [u8; MAX],
    length: usize,
}

impl ShortText {
    /// As many characters as fit.
    pub(in crate::accounts) fn new(text: &str) -> Self {
        let mut bytes = [0; MAX];
        let length = text.floor_char_boundary(MAX);
        bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        Self { bytes, length }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl fmt::Display for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
