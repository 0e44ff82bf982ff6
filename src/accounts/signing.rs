//! The keys that sign access tokens: whether one signs, which are public, and replacing them.

use super::Accounts;
use crate::secrets::Keyring;

impl Accounts {
    /// Whether a key signs at this moment.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.access_tokens.can_sign(self.clock.now())
    }

    /// The `iss` claim of the access tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.access_tokens.issuer()
    }

    /// The public keys of the access tokens as a JSON Web Key Set (RFC 7517 §5).
    #[must_use]
    pub fn published_keys(&self) -> String {
        self.access_tokens.published_keys(self.clock.now())
    }

    /// Replaces the signing keys.
    pub fn use_keys(&self, keys: Keyring) {
        self.access_tokens.use_keys(keys);
    }
}
