//! Refresh tokens: opaque, and each the successor of the one before it, so that a retry gets the very same one.
//!
//! A token is 256 bits of secret, in front of it the session that it belongs to, and behind it a mark of ours. The first
//! secret of a session is random; each next one is an HMAC of the one before under a key of the server. Whoever steals
//! the database has hashes; whoever steals the key still needs a token to begin with. The mark tells an old token of ours
//! from an invented one: only the former ends the session when it comes back (RFC 9700 §4.14.2).

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};
use uuid::Uuid;

use super::signing_secret::SigningSecret;

/// How many bytes of a token are its session, its secret and its mark.
const SESSION: usize = 16;
const SECRET: usize = 32;
const MARK: usize = 16;

/// What the keys are made for; each needs one of its own.
const FOR_SUCCESSORS: &[u8] = b"latchkey refresh token: successor";
const FOR_MARKS: &[u8] = b"latchkey refresh token: mark";
const FOR_IDS: &[u8] = b"latchkey refresh token: id";

/// Makes refresh tokens and knows them again.
pub struct RefreshTokens {
    successors: hmac::Key,
    marks: hmac::Key,
    ids: hmac::Key,
}

/// A refresh token that is ours; whether it still counts, its session knows.
pub struct RefreshToken {
    session: Uuid,
    secret: [u8; SECRET],
}

/// The system gives no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no randomness")]
pub struct RandomnessError;

impl RefreshTokens {
    /// Tokens whose keys are derived from this secret: the same for every instance that has it.
    #[must_use]
    pub fn new(secret: &SigningSecret) -> Self {
        let key = |purpose| secret.key_for(purpose);
        Self { successors: key(FOR_SUCCESSORS), marks: key(FOR_MARKS), ids: key(FOR_IDS) }
    }

    /// The first token of a session.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`].
    pub fn first(&self, session: Uuid) -> Result<RefreshToken, RandomnessError> {
        let mut secret = [0; SECRET];
        rand::fill(&mut secret).map_err(|_| RandomnessError)?;
        Ok(RefreshToken { session, secret })
    }

    /// The one token that takes the place of this one.
    #[must_use]
    pub fn successor(&self, token: &RefreshToken) -> RefreshToken {
        RefreshToken { session: token.session, secret: token.hmac(&self.successors) }
    }

    /// The id of the access token that is issued along with this one: the same each time.
    #[must_use]
    pub fn access_token_id(&self, token: &RefreshToken) -> Uuid {
        let mut id = [0; 16];
        id.copy_from_slice(&token.hmac(&self.ids)[..16]);
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }

    /// As a client carries it.
    #[must_use]
    pub fn encode(&self, token: &RefreshToken) -> SecretString {
        let mut bytes = [token.session.as_bytes(), &token.secret[..], &token.hmac(&self.marks)[..MARK]].concat();
        let text = URL_SAFE_NO_PAD.encode(&bytes).into();
        bytes.zeroize();
        text
    }

    /// The token that is written like this, if it is one of ours.
    #[must_use]
    pub fn decode(&self, text: &SecretString) -> Option<RefreshToken> {
        let mut bytes = [0; SESSION + SECRET + MARK];
        let length = URL_SAFE_NO_PAD.decode_slice(text.expose_secret(), &mut bytes).ok()?;
        let (session, rest) = bytes.split_at(SESSION);
        let (secret, mark) = rest.split_at(SECRET);
        let token = RefreshToken { session: Uuid::from_slice(session).ok()?, secret: secret.try_into().ok()? };

        let ours = length == bytes.len() && verify_slices_are_equal(mark, &token.hmac(&self.marks)[..MARK]).is_ok();
        ours.then_some(token)
    }
}

impl RefreshToken {
    /// The session that it belongs to.
    #[must_use]
    pub fn session(&self) -> Uuid {
        self.session
    }

    /// What is stored of it: of 256 random bits, a plain SHA-256 gives nothing away.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, &self.secret).as_ref());
        hash
    }

    fn hmac(&self, key: &hmac::Key) -> [u8; 32] {
        let mut context = hmac::Context::with_key(key);
        context.update(self.session.as_bytes());
        context.update(&self.secret);
        let mut code = [0; 32];
        code.copy_from_slice(context.sign().as_ref());
        code
    }
}

impl Drop for RefreshToken {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for RefreshTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokens")
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("session", &self.session).finish_non_exhaustive()
    }
}
