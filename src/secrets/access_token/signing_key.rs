//! A key that signs and verifies access tokens, and the public part of it.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{self, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};
use jsonwebtoken::{
    DecodingKey, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};

use super::algorithm::Algorithm;
use crate::secrets::signing_secret::SigningSecret;

/// What precedes an RSA key in a PKCS #8 document (RFC 5958), after the length of the document: the version and the
/// algorithm.
const RSA_IN_PKCS8: [u8; 18] =
    [0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The purpose from which the symmetric key is derived. Tokens in use depend on it.
const PURPOSE: &[u8] = b"latchkey access token: HS256";

/// The symmetric keys of a secret.
pub(super) struct SymmetricKeys {
    /// The key that signs.
    pub(super) current: SigningKey,
    /// The key of the secret that this one replaces.
    pub(super) previous: Option<SigningKey>,
    /// The secret itself, which older releases signed with.
    pub(super) underived: SigningKey,
}

/// Why a token was not signed, or a key not made.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The cryptographic library failed while it signed or read a key.
    #[error("signing failed: {0}")]
    Library(#[from] jsonwebtoken::errors::Error),
    /// The cryptographic library could not generate or read a key.
    #[error("the signing key cannot be generated or read")]
    NoKey,
    /// No key is current.
    #[error("no signing key is current")]
    NoneCurrent,
}

/// A key that signs and verifies access tokens.
pub struct SigningKey {
    pub(super) algorithm: Algorithm,
    pub(super) kid: String,
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    /// The public key. A symmetric key has none.
    pub(super) public: Option<Jwk>,
}

impl SigningKey {
    /// The symmetric keys of a secret: HMAC with SHA-256. They are derived, so that a service that has one to verify tokens
    /// cannot derive the keys of other secrets from it.
    pub(super) fn hs256_of(secret: &SigningSecret) -> Result<SymmetricKeys, SigningError> {
        let (current, previous) = secret.bytes_for(PURPOSE);
        Ok(SymmetricKeys {
            current: Self::hs256(current.as_ref())?,
            previous: previous.map(|bytes| Self::hs256(bytes.as_ref())).transpose()?,
            underived: Self::hs256(secret.expose().as_bytes())?,
        })
    }

    fn hs256(bytes: &[u8]) -> Result<Self, SigningError> {
        let encoding = EncodingKey::from_secret(bytes);
        let kid = kid_of_secret(&encoding)?;
        Ok(Self::new(Algorithm::HS256, kid, encoding, DecodingKey::from_secret(bytes), None))
    }

    /// The key pair in this PKCS #8 document (RFC 5958). Its `kid` is its thumbprint (RFC 7638).
    pub(super) fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningError> {
        let encoding = match algorithm {
            Algorithm::HS256 => return Err(SigningError::NoKey),
            Algorithm::EdDSA => EncodingKey::from_ed_der(pkcs8),
            Algorithm::ES256 => EncodingKey::from_ec_der(pkcs8),
            Algorithm::RS256 => EncodingKey::from_rsa_der(rsa_in(pkcs8).ok_or(SigningError::NoKey)?),
        };
        let mut public = Jwk::from_encoding_key(&encoding, algorithm.to_jsonwebtoken())?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&public)?;
        Ok(Self::new(algorithm, kid, encoding, decoding, Some(public)))
    }

    /// The name of the key in the header of tokens.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn new(
        algorithm: Algorithm,
        kid: String,
        encoding: EncodingKey,
        decoding: DecodingKey,
        public: Option<Jwk>,
    ) -> Self {
        Self { algorithm, kid, encoding, decoding, public }
    }
}

/// Generates a key pair and returns it as a PKCS #8 document.
pub(super) fn generate_pkcs8(algorithm: Algorithm) -> Result<Vec<u8>, SigningError> {
    let document: Option<Pkcs8V1Der<'static>> = match algorithm {
        Algorithm::HS256 => None,
        Algorithm::EdDSA => Ed25519KeyPair::generate().ok().and_then(|pair| pair.as_der().ok()),
        Algorithm::ES256 => {
            return EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map(|document| document.as_ref().to_vec())
                .map_err(|_| SigningError::NoKey);
        }
        Algorithm::RS256 => rsa::KeyPair::generate(KeySize::Rsa2048).ok().and_then(|pair| pair.as_der().ok()),
    };
    document.map(|document| document.as_ref().to_vec()).ok_or(SigningError::NoKey)
}

/// The RSA key inside a PKCS #8 document, in the format PKCS #1, which the JWT library reads.
fn rsa_in(pkcs8: &[u8]) -> Option<&[u8]> {
    // The header of a sequence or octet string that is longer than 255 bytes has four bytes.
    let inside = pkcs8.get(4..)?.strip_prefix(&RSA_IN_PKCS8)?;
    inside.get(4..)
}

/// The `kid` of a symmetric key: the same for the same secret. A plain hash, such as the thumbprint of a public key (RFC
/// 7638), would help to guess the secret; a signature does not. The message contains no dot, so that it can never be the
/// start of a token.
fn kid_of_secret(key: &EncodingKey) -> Result<String, SigningError> {
    let mut kid = jsonwebtoken::crypto::sign(b"latchkey kid", key, jsonwebtoken::Algorithm::HS256)?;
    kid.truncate(22);
    Ok(kid)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
