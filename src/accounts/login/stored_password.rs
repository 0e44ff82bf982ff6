//! Converting passwords: what is hashed, what is compared, and what is stored.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{
    accounts::validation::text,
    entity::{self, password::HashText},
    secrets::{MAX_PASSWORD_BYTES, PasswordHash},
};

/// The form in which a password is hashed and compared: composed, so that it is the same from every keyboard.
pub(in crate::accounts) fn normal(password: &SecretString) -> SecretString {
    text::compose(password.expose_secret()).into()
}

/// The form in which a password is compared with a stored hash. Other systems hash what the user typed without
/// composing it, so their hashes are compared with that.
pub(in crate::accounts) fn to_compare(typed: &SecretString, stored: Option<&entity::password::Model>) -> SecretString {
    if stored.is_some_and(|row| row.truncates) { typed.clone() } else { normal(typed) }
}

/// What to hash after a password was right, and whether that truncates it. Where another system may have truncated it,
/// the rest is unknown, so it stays as typed.
pub(in crate::accounts) fn to_keep(typed: &SecretString, row: &entity::password::Model) -> (SecretString, bool) {
    if row.truncates && typed.expose_secret().len() >= MAX_PASSWORD_BYTES {
        return (typed.clone(), true);
    }
    (normal(typed), false)
}

/// The stored hash of a row.
pub(in crate::accounts) fn stored(row: &entity::password::Model) -> PasswordHash {
    PasswordHash { text: row.hash.0.clone(), truncates: row.truncates }
}

/// The row of a new password.
pub(in crate::accounts) fn chosen(user_id: Uuid, hash: PasswordHash, now: DateTime<Utc>) -> entity::password::Model {
    entity::password::Model { user_id, hash: HashText(hash.text), truncates: hash.truncates, changed_at: now }
}
