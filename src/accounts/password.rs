//! What a new password must be like, and how a hash goes into its row and comes out of it.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    common_passwords::is_common,
    form::{Broken, Rule},
    text,
};
use crate::{
    entity::{self, password::HashText},
    secrets::{MAX_PASSWORD_BYTES, PasswordHash},
};

/// What an operator asks of a new password (NIST SP 800-63B-4 §3.1.1.2: length and a blocklist, no composition rules).
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// How few characters it may have, in code points.
    pub min_length: usize,
}

/// The form in which a password is hashed and compared: composed, so that it is the same from every keyboard.
pub(super) fn normal(password: &SecretString) -> SecretString {
    text::compose(password.expose_secret()).into()
}

/// The form in which a password is compared with a stored hash. Other systems hashed what was typed as it was typed, so
/// that is what theirs are compared with.
pub(super) fn to_compare(typed: &SecretString, stored: Option<&entity::password::Model>) -> SecretString {
    if stored.is_some_and(|row| row.truncates) { typed.clone() } else { normal(typed) }
}

/// What to hash once a password was right, and whether that cuts it off. Where another system may have cut it off, nobody
/// knows the rest: such a password stays as it was typed. Nothing where the normal form is longer than bcrypt reads.
pub(super) fn to_keep(typed: &SecretString, row: &entity::password::Model) -> Option<(SecretString, bool)> {
    if row.truncates && typed.expose_secret().len() >= MAX_PASSWORD_BYTES {
        return Some((typed.clone(), true));
    }
    let normal = normal(typed);
    (normal.expose_secret().len() <= MAX_PASSWORD_BYTES).then_some((normal, false))
}

/// A password that may be chosen by someone with these identifiers.
pub(super) fn parse_new(
    password: &SecretString,
    policy: PasswordPolicy,
    identifiers: &[&str],
) -> Result<SecretString, Vec<Broken>> {
    let normal = normal(password);
    let text = normal.expose_secret();
    let PasswordPolicy { min_length } = policy;

    let broken = [
        (text.chars().count() < min_length).then(|| (Rule::TooShort, format!("Use at least {min_length} characters."))),
        (text.len() > MAX_PASSWORD_BYTES)
            .then(|| (Rule::TooLong, format!("Use at most {MAX_PASSWORD_BYTES} bytes; this one has {}.", text.len()))),
        text.contains('\0').then(|| (Rule::Characters, "Remove the character U+0000.".to_owned())),
        is_common(&text::canonical(text))
            .then(|| (Rule::Guessable, "Many people use this password. Choose one of your own.".to_owned())),
        names_its_owner(text, identifiers)
            .then(|| (Rule::Guessable, "Do not use your own name, address or this service's name.".to_owned())),
    ];
    text::unless_broken(broken, || normal.clone())
}

/// The stored hash of a row.
pub(super) fn stored(row: &entity::password::Model) -> PasswordHash {
    PasswordHash { text: row.hash.0.clone(), truncates: row.truncates }
}

/// The row of a password that a user chose just now.
pub(super) fn chosen(user_id: Uuid, hash: PasswordHash, now: DateTime<Utc>) -> entity::password::Model {
    entity::password::Model { user_id, hash: HashText(hash.text), truncates: hash.truncates, changed_at: now }
}

/// Whether the password, but for case, is one of the user's identifiers, the part of the address before the `@`, or
/// the product's name, alone or over and over.
fn names_its_owner(password: &str, identifiers: &[&str]) -> bool {
    let password = text::canonical(password);
    let locals = identifiers.iter().filter_map(|name| name.split_once('@')).map(|(local, _)| local);
    let names = identifiers.iter().copied().chain(locals).chain(["latchkey"]);
    !password.is_empty() && names.map(text::canonical).any(|name| password.replace(&name, "").is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_names_are_guessable() {
        let policy = PasswordPolicy { min_length: 8 };
        for password in ["Ada.Lovelace@example.com", "ada.lovelace", "LatchkeyLatchkey"] {
            let broken = parse_new(&password.into(), policy, &["ada.lovelace@example.com"]).unwrap_err();
            assert_eq!(broken[0].0, Rule::Guessable, "{password}");
        }
        assert!(parse_new(&"ada.lovelace counts".into(), policy, &["ada.lovelace@example.com"]).is_ok());
    }
}
