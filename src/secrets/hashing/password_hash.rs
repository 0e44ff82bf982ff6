//! A password hash in the form in which it is stored.

use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::job::{Computation, RawHash};

/// How many bytes of a password bcrypt reads.
pub const MAX_PASSWORD_BYTES: usize = 72;

/// The highest cost that is accepted in a stored hash. Checking a hash takes the work that its cost asks for, so that
/// without a limit the author of a hash decides how long the threads are busy.
pub(super) const MAX_STORED_COST: u32 = 16;

/// The versions of bcrypt that are equivalent. `$2x$` marks hashes of a broken implementation.
pub(super) const VERSIONS: [&str; 3] = ["$2a$", "$2b$", "$2y$"];

/// How many bytes of a hash are stored: bcrypt has always dropped the last one.
pub(super) const STORED_BYTES: usize = 23;

/// bcrypt's own base64. The last character of a salt or a hash holds bits without a meaning.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// A password hash as it is stored. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// The hash in bcrypt's notation: `$2b$12$…`.
    pub text: String,
    /// Whether the system that made the hash cut passwords off after 72 bytes, so that a longer one must be cut off here,
    /// too. Other systems hash what the user typed, however long it is.
    pub truncates: bool,
}

/// A stored hash, parsed.
pub(super) struct ParsedHash {
    pub(super) computation: Computation,
    pub(super) truncates: bool,
    pub(super) hash: Vec<u8>,
}

impl PasswordHash {
    /// The stored form of a computed hash.
    pub(super) fn new(Computation { salt, cost }: Computation, hash: &RawHash, truncates: bool) -> Self {
        let text = format!("$2b${cost:02}${}{}", BASE64.encode(salt), BASE64.encode(&hash[..STORED_BYTES]));
        Self { text, truncates }
    }

    /// The cost: each step doubles the work. `None` if the text is not a bcrypt hash.
    #[must_use]
    pub fn cost(&self) -> Option<u32> {
        Some(self.text.parse::<bcrypt::HashParts>().ok()?.get_cost())
    }

    /// The hash, parsed, if this password can be compared with it.
    pub(super) fn comparable_with(&self, password: &str) -> Option<ParsedHash> {
        let is_supported = VERSIONS.iter().any(|version| self.text.starts_with(version));
        let parts: bcrypt::HashParts = self.text.parse().ok()?;
        let computation = Computation { salt: parts.get_salt_raw(), cost: parts.get_cost() };
        let hash = BASE64.decode(self.text.get(self.text.len() - 31..)?).ok()?;
        let fits = password.len() <= MAX_PASSWORD_BYTES || self.truncates;
        (is_supported && computation.cost <= MAX_STORED_COST && fits && !password.contains('\0'))
            .then_some(ParsedHash { computation, truncates: self.truncates, hash })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
