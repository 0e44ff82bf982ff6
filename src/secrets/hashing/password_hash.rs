//! A password hash in the form in which it is stored.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD_NO_PAD},
};
use secrecy::{ExposeSecret, SecretString};

use super::job::{Computation, RawHash};

/// How many bytes of a password bcrypt reads.
pub const MAX_PASSWORD_BYTES: usize = 72;

/// The highest cost that is accepted in a stored hash. Checking a hash takes the work that its cost asks for, so that
/// without a limit the author of a hash decides how long the threads are busy.
pub(super) const MAX_STORED_COST: u32 = 16;

/// The versions of bcrypt that are equivalent. `$2x$` marks hashes of a broken implementation.
pub(super) const VERSIONS: [&str; 3] = ["$2a$", "$2b$", "$2y$"];

/// Follows the hash of a digest: of a password that bcrypt cannot read whole. A release that does not know it takes the
/// text for no hash, and so the password for a wrong one.
const OF_DIGEST: &str = "$hmac-sha384";

/// The key of the digest. It is not secret. Because of it, a digest of the same password that leaked from another system
/// is of no use here.
const DIGEST_KEY: &[u8] = b"latchkey password digest";

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
    /// The hash in bcrypt's notation: `$2b$12$…`. That of a digest ends with `$hmac-sha384`.
    pub text: String,
    /// Whether the system that made the hash cut passwords off after 72 bytes, so that a longer one must be cut off here,
    /// too. Other systems hash what the user typed, however long it is.
    pub truncates: bool,
}

/// What is hashed of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashedForm {
    /// The whole password.
    Whole,
    /// The bytes that bcrypt reads of a longer password, as other systems do.
    CutOff,
    /// The digest of a password that bcrypt cannot read whole.
    Digest,
}

impl HashedForm {
    /// The form in which a new password is hashed.
    pub(super) fn of(password: &str) -> Self {
        if is_readable(password) { Self::Whole } else { Self::Digest }
    }

    /// The text that is given to bcrypt.
    pub(super) fn text(self, password: SecretString) -> SecretString {
        match self {
            Self::Whole | Self::CutOff => password,
            Self::Digest => {
                let key = hmac::Key::new(hmac::HMAC_SHA384, DIGEST_KEY);
                STANDARD_NO_PAD.encode(hmac::sign(&key, password.expose_secret().as_bytes())).into()
            }
        }
    }
}

/// Whether bcrypt reads the whole password.
fn is_readable(password: &str) -> bool {
    password.len() <= MAX_PASSWORD_BYTES && !password.contains('\0')
}

/// A stored hash, parsed.
pub(super) struct ParsedHash {
    pub(super) computation: Computation,
    pub(super) truncates: bool,
    pub(super) form: HashedForm,
    pub(super) hash: Vec<u8>,
}

impl PasswordHash {
    /// The stored form of a computed hash.
    pub(super) fn new(Computation { salt, cost }: Computation, hash: &RawHash, of: HashedForm) -> Self {
        let mark = if of == HashedForm::Digest { OF_DIGEST } else { "" };
        let text = format!("$2b${cost:02}${}{}{mark}", BASE64.encode(salt), BASE64.encode(&hash[..STORED_BYTES]));
        Self { text, truncates: of == HashedForm::CutOff }
    }

    /// The cost: each step doubles the work. `None` if the text is not a bcrypt hash.
    #[must_use]
    pub fn cost(&self) -> Option<u32> {
        Some(self.bcrypt_text().0.parse::<bcrypt::HashParts>().ok()?.get_cost())
    }

    /// The hash in bcrypt's notation, and whether it is that of a digest.
    fn bcrypt_text(&self) -> (&str, bool) {
        match self.text.strip_suffix(OF_DIGEST) {
            Some(text) => (text, true),
            None => (&self.text, false),
        }
    }

    /// The hash, parsed, if this password can be compared with it.
    pub(super) fn comparable_with(&self, password: &str) -> Option<ParsedHash> {
        let (text, of_digest) = self.bcrypt_text();
        let is_supported = VERSIONS.iter().any(|version| text.starts_with(version));
        let parts: bcrypt::HashParts = text.parse().ok()?;
        let computation = Computation { salt: parts.get_salt_raw(), cost: parts.get_cost() };
        let hash = BASE64.decode(text.get(text.len() - 31..)?).ok()?;
        let form = match (of_digest, is_readable(password)) {
            (true, false) => HashedForm::Digest,
            (false, true) => HashedForm::Whole,
            (false, false) if self.truncates && !password.contains('\0') => HashedForm::CutOff,
            (true, true) | (false, false) => return None,
        };
        (is_supported && computation.cost <= MAX_STORED_COST).then_some(ParsedHash {
            computation,
            truncates: self.truncates,
            form,
            hash,
        })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
