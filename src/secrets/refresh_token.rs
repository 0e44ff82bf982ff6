//! Refresh tokens: opaque, each derived from the one before it, so that a repeated request gets the same token.
//!
//! A token consists of the id of its session, 256 bits of secret, and an authentication tag. The first secret of a session
//! is random. Each next one is an HMAC of the one before, under a key of the server. A stolen database contains only
//! hashes, and a stolen key is of no use without a token. The tag distinguishes an old token from an invented one: only an
//! old token ends the session when it is used again (RFC 9700 §4.14.2).

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};
use uuid::Uuid;

use super::{
    randomness::{RandomnessError, random_bytes},
    signing_secret::SigningSecret,
};

/// The lengths of the parts of a token, in bytes.
const SESSION_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// The purposes from which the keys are derived. Tokens of older versions depend on them.
const SUCCESSOR_PURPOSE: &[u8] = b"latchkey refresh token: successor";
const REPLACEMENT_PURPOSE: &[u8] = b"latchkey refresh token: replacement";
const TAG_PURPOSE: &[u8] = b"latchkey refresh token: mark";
const ID_PURPOSE: &[u8] = b"latchkey refresh token: id";

/// Creates, encodes and decodes refresh tokens.
pub struct RefreshTokens {
    current: Keys,
    /// The keys of the secret that was replaced. Its tokens are still accepted, and have the successors that they had.
    previous: Option<Keys>,
}

/// The keys that are derived from one secret.
struct Keys {
    /// The key that derives successors.
    successors: hmac::Key,
    /// The key that derives replacements.
    replacements: hmac::Key,
    /// The key that tags tokens of this server.
    tags: hmac::Key,
    /// The key that derives the ids of access tokens.
    ids: hmac::Key,
}

/// A refresh token that this server made. Whether it is still valid is stored with its session.
pub struct RefreshToken {
    session: Uuid,
    secret: [u8; SECRET_BYTES],
    /// Whether the previous secret made it.
    is_of_previous: bool,
}

impl RefreshTokens {
    /// Derives the keys from this secret: the same for every instance that has the secret.
    #[must_use]
    pub fn new(secret: &SigningSecret) -> Self {
        let key = |purpose| secret.key_for(purpose);
        let current = Keys {
            successors: key(SUCCESSOR_PURPOSE),
            replacements: key(REPLACEMENT_PURPOSE),
            tags: key(TAG_PURPOSE),
            ids: key(ID_PURPOSE),
        };
        let key = |purpose| secret.previous_key_for(purpose);
        let previous = || {
            let (successors, replacements) = (key(SUCCESSOR_PURPOSE)?, key(REPLACEMENT_PURPOSE)?);
            Some(Keys { successors, replacements, tags: key(TAG_PURPOSE)?, ids: key(ID_PURPOSE)? })
        };
        Self { previous: previous(), current }
    }

    /// The first token of a session.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`].
    pub fn first(&self, session: Uuid) -> Result<RefreshToken, RandomnessError> {
        Ok(RefreshToken { session, secret: random_bytes()?, is_of_previous: false })
    }

    /// The token that replaces this one: the same each time.
    #[must_use]
    pub fn successor(&self, token: &RefreshToken) -> RefreshToken {
        let secret = token.hmac(&self.keys_of(token).successors);
        RefreshToken { session: token.session, secret, is_of_previous: false }
    }

    /// The token that replaces the one with this hash, for a client that does not send that one: the same each time.
    #[must_use]
    pub fn replacement(&self, session: Uuid, hash: &[u8]) -> RefreshToken {
        RefreshToken { session, secret: code(&self.current.replacements, session, hash), is_of_previous: false }
    }

    /// The id of the access token that is issued together with this token: the same each time.
    #[must_use]
    pub fn access_token_id(&self, token: &RefreshToken) -> Uuid {
        self.current.id_for(token)
    }

    /// Whether an access token with this id is issued together with this token, or was before the secret was replaced.
    #[must_use]
    pub fn is_issued_with(&self, token: &RefreshToken, access_token: Uuid) -> bool {
        let mut keys = [Some(&self.current), self.previous.as_ref()].into_iter().flatten();
        keys.any(|keys| keys.id_for(token) == access_token)
    }

    /// The text that the client gets.
    #[must_use]
    pub fn encode(&self, token: &RefreshToken) -> SecretString {
        let tag = token.hmac(&self.current.tags);
        let mut bytes = [token.session.as_bytes(), &token.secret[..], &tag[..TAG_BYTES]].concat();
        let text = URL_SAFE_NO_PAD.encode(&bytes).into();
        bytes.zeroize();
        text
    }

    /// The token with this text. `None` if this server did not make it.
    #[must_use]
    pub fn decode(&self, text: &SecretString) -> Option<RefreshToken> {
        let mut bytes = [0; SESSION_BYTES + SECRET_BYTES + TAG_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text.expose_secret(), &mut bytes).ok()?;
        let (session, rest) = bytes.split_at(SESSION_BYTES);
        let (secret, tag) = rest.split_at(SECRET_BYTES);
        if length != bytes.len() {
            return None;
        }
        let (session, secret) = (Uuid::from_slice(session).ok()?, secret.try_into().ok()?);
        let token = RefreshToken { session, secret, is_of_previous: false };
        let is_tagged_by = |keys: &Keys| verify_slices_are_equal(tag, &token.hmac(&keys.tags)[..TAG_BYTES]).is_ok();
        let (is_of_current, is_of_previous) =
            (is_tagged_by(&self.current), self.previous.as_ref().is_some_and(is_tagged_by));
        (is_of_current || is_of_previous).then_some(RefreshToken { session, secret, is_of_previous: !is_of_current })
    }

    fn keys_of(&self, token: &RefreshToken) -> &Keys {
        self.previous.as_ref().filter(|_| token.is_of_previous).unwrap_or(&self.current)
    }
}

impl Keys {
    fn id_for(&self, token: &RefreshToken) -> Uuid {
        let mut id = [0; 16];
        id.copy_from_slice(&token.hmac(&self.ids)[..16]);
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }
}

impl RefreshToken {
    /// The session that the token belongs to.
    #[must_use]
    pub fn session(&self) -> Uuid {
        self.session
    }

    /// The hash that is stored. A plain SHA-256 is enough: 256 random bits cannot be guessed.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, &self.secret).as_ref());
        hash
    }

    fn hmac(&self, key: &hmac::Key) -> [u8; 32] {
        code(key, self.session, &self.secret)
    }
}

/// The HMAC of a session and a text.
fn code(key: &hmac::Key, session: Uuid, text: &[u8]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    context.update(session.as_bytes());
    context.update(text);
    let mut code = [0; 32];
    code.copy_from_slice(context.sign().as_ref());
    code
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
