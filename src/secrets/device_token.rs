//! Device tokens: opaque and long-lived, and each shows that a user logged in on this device before.
//!
//! A device token is not a credential. It only gives a login a counter of its own, so that others who guess the password
//! cannot lock the user out. It is signed and has no row: it contains the user, the user's generation of device tokens
//! when it was issued, and the time of issue. A password reset begins another generation, which ends all tokens before.

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    randomness::{RandomnessError, random_bytes},
    signing_secret::SigningSecret,
};

/// How long a token is valid: as long as a cookie can be kept (RFC 6265bis §4.1.2.2).
const LIFETIME: TimeDelta = TimeDelta::days(400);

/// How far ahead the clock that issued a token may be.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// The length of a token without its tag: id, user, generation, time of issue.
const CONTENT_BYTES: usize = 16 + 16 + 4 + 8;
const TAG_BYTES: usize = 16;

/// The purpose from which the key is derived. Tokens of older versions depend on it.
const PURPOSE: &[u8] = b"latchkey device token";

/// Issues and verifies device tokens.
pub struct DeviceTokens {
    key: hmac::Key,
    /// The key from the previous secret, whose tokens are still accepted.
    previous: Option<hmac::Key>,
}

/// A device token that this server issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceToken {
    /// Identifies the token.
    pub id: Uuid,
    /// The user who logged in.
    pub user: Uuid,
    /// The generation of the user's device tokens, which a password reset increments.
    pub generation: i32,
}

impl DeviceTokens {
    /// Derives the key from this secret: the same for every instance that has the secret.
    #[must_use]
    pub fn new(secret: &SigningSecret) -> Self {
        Self { key: secret.key_for(PURPOSE), previous: secret.previous_key_for(PURPOSE) }
    }

    /// The text of a new token.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`].
    pub fn issue(&self, user: Uuid, generation: i32, now: DateTime<Utc>) -> Result<SecretString, RandomnessError> {
        let id = random_bytes::<16>()?;
        let issued_at = now.timestamp().to_be_bytes();
        let mut bytes = [&id[..], user.as_bytes(), &generation.to_be_bytes(), &issued_at].concat();
        let tag = hmac::sign(&self.key, &bytes);
        bytes.extend(&tag.as_ref()[..TAG_BYTES]);
        Ok(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// The token with this text. `None` if this server did not issue it, or if it has expired.
    #[must_use]
    pub fn decode(&self, text: &SecretString, now: DateTime<Utc>) -> Option<DeviceToken> {
        let mut bytes = [0; CONTENT_BYTES + TAG_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text.expose_secret(), &mut bytes).ok()?;
        let (content, tag) = bytes.split_at(CONTENT_BYTES);
        let is_signed_with = |key: &hmac::Key| {
            let expected = hmac::sign(key, content);
            verify_slices_are_equal(tag, &expected.as_ref()[..TAG_BYTES]).is_ok()
        };
        if length < bytes.len() || !(is_signed_with(&self.key) || self.previous.as_ref().is_some_and(is_signed_with)) {
            return None;
        }

        let (id, rest) = content.split_at(16);
        let (user, rest) = rest.split_at(16);
        let (generation, issued_at) = rest.split_at(4);
        let issued_at = DateTime::from_timestamp(i64::from_be_bytes(issued_at.try_into().ok()?), 0)?;
        let is_current = issued_at <= now + MAX_CLOCK_SKEW && now < issued_at + LIFETIME;
        is_current.then_some(DeviceToken {
            id: Uuid::from_slice(id).ok()?,
            user: Uuid::from_slice(user).ok()?,
            generation: i32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

impl fmt::Debug for DeviceTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceTokens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str) -> DeviceTokens {
        DeviceTokens::new(&SigningSecret::parse(secret).expect("a strong secret"))
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    #[test]
    fn a_token_names_its_user_for_four_hundred_days() {
        let tokens = tokens("for tests alone, and long enough for HMAC");
        let user = Uuid::from_u128(7);
        let text = tokens.issue(user, 3, now()).expect("random bytes");
        let found = tokens.decode(&text, now()).expect("genuine");
        assert_eq!((found.user, found.generation), (user, 3));
        assert_eq!(tokens.decode(&text, now() + LIFETIME - TimeDelta::seconds(1)), Some(found));
        assert_eq!(tokens.decode(&text, now() + LIFETIME), None);
        assert_eq!(tokens.decode(&text, now() - TimeDelta::minutes(2)), None, "issued by a clock far ahead");
        assert_ne!(tokens.issue(user, 3, now()).expect("random bytes").expose_secret(), text.expose_secret());
    }

    #[test]
    fn a_token_of_the_previous_secret_is_accepted() {
        let [old, new] =
            ["the previous secret, and long enough for HMAC", "the current secret, and long enough for HMAC"]
                .map(|secret| SigningSecret::parse(secret).expect("a strong secret"));
        let text = DeviceTokens::new(&old).issue(Uuid::from_u128(7), 0, now()).expect("random bytes");
        assert_eq!(DeviceTokens::new(&new).decode(&text, now()), None);
        assert!(DeviceTokens::new(&new.replacing(Some(old))).decode(&text, now()).is_some());
    }

    #[test]
    fn a_changed_or_foreign_token_is_refused() {
        let ours = tokens("for tests alone, and long enough for HMAC");
        let text = ours.issue(Uuid::from_u128(7), 0, now()).expect("random bytes").expose_secret().to_owned();
        assert_eq!(tokens("another secret, and long enough for HMAC").decode(&text.clone().into(), now()), None);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(ours.decode(&changed.into(), now()), None, "at {at}");
        }
        for text in [String::new(), "x".to_owned(), text[1..].to_owned(), format!("{text}AA"), "ü".repeat(40)] {
            assert_eq!(ours.decode(&text.into(), now()), None);
        }
    }
}
