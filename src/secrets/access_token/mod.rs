//! Access tokens: signed JWTs in the profile of RFC 9068, checked as RFC 8725 requires.
//!
//! [`AccessTokens`] issues and verifies tokens with the keys of a [`Keyring`]. [`KeyFolder`] stores the keys of asymmetric
//! algorithms in files. Knows no users and no sessions: whether the session of a valid token still exists is for the caller
//! to check.
//!
//! A new claim is a field of [`Claims`]; give it a default, because tokens without it are still in use. A new algorithm is
//! a variant of [`Algorithm`], and a way to generate and read its keys in `signing_key`.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use latchkey::secrets::{AccessTokenError, AccessTokens, Keyring, SigningSecret, Subject, TokenProfile};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = SigningSecret::parse("1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53")?;
//! let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
//! let profile = TokenProfile {
//!     issuer: "https://accounts.example.com".to_owned(),
//!     audience: "example".to_owned(),
//!     client_id: "example".to_owned(),
//!     lifetime: TimeDelta::minutes(15),
//! };
//! let tokens = AccessTokens::new(Keyring::symmetric(&secret, now)?, profile);
//!
//! let subject = Subject { id: Uuid::from_u128(1), session: Uuid::from_u128(2), email_verified: true };
//! let (token, claims) = tokens.issue(subject, Uuid::from_u128(3), now, now)?;
//!
//! assert_eq!(tokens.verify(&token, now), Ok(claims));
//! assert_eq!(tokens.verify(&token, now + TimeDelta::minutes(15)), Err(AccessTokenError::Expired));
//! assert_eq!(tokens.verify("something else", now), Err(AccessTokenError::Invalid));
//! # Ok(())
//! # }
//! ```

mod algorithm;
mod claims;
mod key_folder;
mod keyring;
mod rotation;
mod signature;
mod signing_key;
mod stored_key;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Header;
use uuid::Uuid;

pub use self::{
    algorithm::Algorithm,
    claims::{Claims, Subject},
    key_folder::KeyFolder,
    keyring::{KeyState, Keyring, TimedKey},
    rotation::KeyRotation,
    signing_key::{SigningError, SigningKey},
    stored_key::KeyFolderError,
};

/// The longest token that is examined, in bytes.
const MAX_BYTES: usize = 4096;

/// The longest lifetime that a server can be configured with.
const MAX_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How far the clock of another instance may be ahead.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(5);

/// Issues and verifies access tokens.
#[derive(Debug)]
pub struct AccessTokens {
    keys: RwLock<Arc<Keyring>>,
    profile: TokenProfile,
}

/// What all access tokens of a server have in common.
#[derive(Clone, Debug)]
pub struct TokenProfile {
    /// The `iss` claim.
    pub issuer: String,
    /// The `aud` claim.
    pub audience: String,
    /// The `client_id` claim (RFC 9068 §2.2).
    pub client_id: String,
    /// How long a token is valid.
    pub lifetime: TimeDelta,
}

/// Why a token was not accepted. The reason is specific only for tokens that this server signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// This server did not issue the token for this audience.
    #[error("the access token is invalid")]
    Invalid,
    /// The token has expired.
    #[error("the access token has expired")]
    Expired,
    /// The token is valid only later.
    #[error("the access token is not valid yet")]
    NotYetValid,
}

impl AccessTokens {
    /// Tokens with this profile that are signed with one of these keys.
    #[must_use]
    pub fn new(keys: Keyring, profile: TokenProfile) -> Self {
        Self { keys: RwLock::new(Arc::new(keys)), profile }
    }

    /// The `iss` of the tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.profile.issuer
    }

    /// Replaces the keys.
    pub fn use_keys(&self, keys: Keyring) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Whether there is a current key.
    #[must_use]
    pub fn can_sign(&self, now: DateTime<Utc>) -> bool {
        self.keys().can_sign(now)
    }

    /// The public keys that verifiers need at this time, as a JSON Web Key Set (RFC 7517 §5).
    #[must_use]
    pub fn published_keys(&self, now: DateTime<Utc>) -> String {
        serde_json::to_string(&self.keys().published(now)).unwrap_or_default()
    }

    fn keys(&self) -> Arc<Keyring> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Issues a token for a user's session, and returns it with its claims. `at` is the time that the token says it was
    /// issued; it is signed with the key that is current `now`.
    ///
    /// # Errors
    ///
    /// [`SigningError`] when the cryptographic library fails or no key is current.
    pub fn issue(
        &self,
        Subject { id: sub, session: sid, email_verified }: Subject,
        jti: Uuid,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(String, Claims), SigningError> {
        let iat = at.timestamp();
        let TokenProfile { issuer, audience, client_id, lifetime } = self.profile.clone();
        let exp = iat + lifetime.num_seconds();
        let (iss, aud) = (issuer, vec![audience]);
        let claims = Claims { iss, aud, client_id, sub, exp, iat, jti, sid, email_verified, nbf: None };

        let keys = self.keys();
        let key = keys.current(now)?;
        let mut header = Header::new(key.algorithm.to_jsonwebtoken());
        header.typ = Some(signature::TYP.to_owned());
        header.kid = Some(key.kid.clone());
        Ok((jsonwebtoken::encode(&header, &claims, &key.encoding)?, claims))
    }

    /// The claims of a token that is valid at this time.
    ///
    /// # Errors
    ///
    /// [`AccessTokenError`] with the reason.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, AccessTokenError> {
        if token.len() > MAX_BYTES {
            return Err(AccessTokenError::Invalid);
        }
        let claims = signature::verified_claims(&self.keys(), token, now).ok_or(AccessTokenError::Invalid)?;
        self.check_claims(&claims, now)?;
        Ok(claims)
    }

    fn check_claims(&self, claims: &Claims, now: DateTime<Utc>) -> Result<(), AccessTokenError> {
        let lifetime = claims.exp.checked_sub(claims.iat).ok_or(AccessTokenError::Invalid)?;
        if claims.iss != self.profile.issuer
            || !claims.aud.contains(&self.profile.audience)
            || !(1..=MAX_LIFETIME.num_seconds()).contains(&lifetime)
        {
            return Err(AccessTokenError::Invalid);
        }
        // A token that was issued with a longer lifetime, before the setting changed, expires with the present one.
        let expires = claims.iat.saturating_add(lifetime.min(self.profile.lifetime.num_seconds()));

        let now = now.timestamp();
        let starts = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
        if expires <= now {
            Err(AccessTokenError::Expired)
        } else if starts > now + LEEWAY.num_seconds() {
            Err(AccessTokenError::NotYetValid)
        } else {
            Ok(())
        }
    }
}
