//! Access tokens: signed JWTs in the profile of RFC 9068, checked as RFC 8725 asks.

mod algorithm;
mod key_folder;
mod keyring;
mod signing_key;

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Header;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    algorithm::Algorithm,
    key_folder::{KeyFolder, KeyFolderError, KeyRotation, PUBLISHED_FIRST},
    keyring::{KeyState, Keyring, TimedKey},
    signing_key::{SigningError, SigningKey},
};

/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 4096;

/// How far another instance's clock may be ahead of ours.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(5);

/// The `typ` of an access token (RFC 9068 §2.1).
const TYP: &str = "at+jwt";

/// What a token says. Times are whole seconds since 1970 (RFC 7519 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// Whose it is: the user's id.
    pub sub: Uuid,
    /// When it ends.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// Its own id.
    pub jti: Uuid,
    /// The session it belongs to.
    pub sid: Uuid,
    /// Whether the user showed that their e-mail address is theirs (`OpenID` Connect Core §5.1). Tokens of versions before
    /// this claim say nothing about it.
    #[serde(default)]
    pub email_verified: bool,
    /// Before when it does not count. Latchkey writes none, and keeps to one that it finds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// Whom a token is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user.
    pub id: Uuid,
    /// The session.
    pub session: Uuid,
    /// Whether the user showed that their e-mail address is theirs.
    pub email_verified: bool,
}

/// Why a token was not accepted. Of one that we did not sign no more is said than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessTokenError {
    /// Not a token of ours.
    Invalid,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
}

/// The header, to the letter: exactly these three, so that `crit`, `jwk`, `jku`, `x5u` and their kind are refused
/// before anything is done with them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExactHeader<'a> {
    alg: Algorithm,
    typ: &'a str,
    kid: &'a str,
}

/// Issues access tokens and checks them.
#[derive(Debug)]
pub struct AccessTokens {
    keys: RwLock<Arc<Keyring>>,
    issuer: String,
    audience: String,
    lifetime: TimeDelta,
}

impl AccessTokens {
    /// Tokens signed with one of these keys, from `issuer`, for `audience`, good for `lifetime`.
    #[must_use]
    pub fn new(keys: Keyring, issuer: String, audience: String, lifetime: TimeDelta) -> Self {
        Self { keys: RwLock::new(Arc::new(keys)), issuer, audience, lifetime }
    }

    /// The `iss` of the tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Goes on with other keys.
    pub fn use_keys(&self, keys: Keyring) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Whether a key signs at this moment.
    #[must_use]
    pub fn can_sign(&self, now: DateTime<Utc>) -> bool {
        self.keys().can_sign(now)
    }

    /// The keys that verifiers need to know at this moment, as a JSON Web Key Set (RFC 7517 §5).
    #[must_use]
    pub fn published_keys(&self, now: DateTime<Utc>) -> String {
        serde_json::to_string(&self.keys().published(now)).unwrap_or_default()
    }

    fn keys(&self) -> Arc<Keyring> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A token for a user's session, issued `at` some moment, and what it says. It is signed with the key that signs now.
    ///
    /// # Errors
    ///
    /// [`SigningError`] when the cryptographic library fails, or no key signs.
    pub fn issue(
        &self,
        Subject { id: sub, session: sid, email_verified }: Subject,
        jti: Uuid,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(String, Claims), SigningError> {
        let iat = at.timestamp();
        let exp = iat + self.lifetime.num_seconds();
        let (iss, aud) = (self.issuer.clone(), vec![self.audience.clone()]);
        let claims = Claims { iss, aud, sub, exp, iat, jti, sid, email_verified, nbf: None };

        let keys = self.keys();
        let key = keys.current(now)?;
        let mut header = Header::new(key.algorithm.of_library());
        header.typ = Some(TYP.to_owned());
        header.kid = Some(key.kid.clone());
        Ok((jsonwebtoken::encode(&header, &claims, &key.encoding)?, claims))
    }

    /// What a token of ours says, if it counts at this moment.
    ///
    /// # Errors
    ///
    /// [`AccessTokenError`] with the reason.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, AccessTokenError> {
        if token.len() > MAX_BYTES {
            return Err(AccessTokenError::Invalid);
        }
        let claims = signed_claims(&self.keys(), token, now).ok_or(AccessTokenError::Invalid)?;
        self.check_claims(&claims, now)?;
        Ok(claims)
    }

    fn check_claims(&self, claims: &Claims, now: DateTime<Utc>) -> Result<(), AccessTokenError> {
        let lifetime = claims.exp.checked_sub(claims.iat).ok_or(AccessTokenError::Invalid)?;
        if claims.iss != self.issuer
            || !claims.aud.contains(&self.audience)
            || !(1..=self.lifetime.num_seconds()).contains(&lifetime)
        {
            return Err(AccessTokenError::Invalid);
        }

        let now = now.timestamp();
        let starts = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
        if claims.exp <= now {
            Err(AccessTokenError::Expired)
        } else if starts > now + LEEWAY.num_seconds() {
            Err(AccessTokenError::NotYetValid)
        } else {
            Ok(())
        }
    }
}

/// What a token says, if the key signed it that it names. The library is asked for the signature alone: it checks claims
/// only where they are present, against a clock of its own, with a minute of leeway.
fn signed_claims(keys: &Keyring, token: &str, now: DateTime<Utc>) -> Option<Claims> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let key = key_of(keys, header, now)?;
    let algorithm = key.algorithm.of_library();
    let signed = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.decoding, algorithm).ok()?;
    let json = URL_SAFE_NO_PAD.decode(claims).ok().filter(|_| signed)?;
    serde_json::from_slice(&json).ok()
}

/// The key that a header names, if it is exactly as we write it: the algorithm is the key's, not the token's choice.
fn key_of<'k>(keys: &'k Keyring, header: &str, now: DateTime<Utc>) -> Option<&'k SigningKey> {
    let json = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: ExactHeader<'_> = serde_json::from_slice(&json).ok()?;
    let key = keys.accepted(header.kid, now)?;
    (header.alg == key.algorithm && header.typ == TYP).then_some(key)
}
