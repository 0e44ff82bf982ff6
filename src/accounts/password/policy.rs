//! The rules for a new password.

use secrecy::{ExposeSecret, SecretString};

use super::common::is_common;
use crate::{
    accounts::{
        login::stored_password::normal,
        policy::PasswordPolicy,
        validation::{
            form::{Broken, Rule},
            text,
        },
    },
    secrets::MAX_PASSWORD_BYTES,
};

/// Parses a new password of a user with these identifiers.
pub(in crate::accounts) fn parse_new(
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

/// Whether the password, apart from case, repeats an identifier of the user, its part before the `@`, or the product's
/// name.
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
