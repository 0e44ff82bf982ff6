//! The algorithms that sign access tokens (RFC 7518, RFC 8037).

use std::fmt;

use serde::{Deserialize, Serialize};

/// How access tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// HMAC with SHA-256. Symmetric: each verifier can also make tokens.
    HS256,
    /// Ed25519.
    EdDSA,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// RSA with SHA-256 and 2048 bits, for verifiers that support no other asymmetric algorithm.
    RS256,
}

impl Algorithm {
    /// All algorithms, with the name that each has in tokens.
    pub const ALL: [(&'static str, Self); 4] =
        [("HS256", Self::HS256), ("EdDSA", Self::EdDSA), ("ES256", Self::ES256), ("RS256", Self::RS256)];

    /// Whether the same key signs and verifies.
    #[must_use]
    pub fn is_symmetric(self) -> bool {
        self == Self::HS256
    }

    pub(super) fn to_jsonwebtoken(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::HS256 => jsonwebtoken::Algorithm::HS256,
            Self::EdDSA => jsonwebtoken::Algorithm::EdDSA,
            Self::ES256 => jsonwebtoken::Algorithm::ES256,
            Self::RS256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HS256 => "HS256",
            Self::EdDSA => "EdDSA",
            Self::ES256 => "ES256",
            Self::RS256 => "RS256",
        })
    }
}
