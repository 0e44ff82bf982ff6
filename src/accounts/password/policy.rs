//! The rules for a new password.

use std::cmp::Reverse;

use latchkey_names::fold;
use secrecy::{ExposeSecret, SecretString};

use super::common::is_common;
use crate::accounts::{
    login::stored_password::normal,
    policy::PasswordPolicy,
    validation::{
        form::{Broken, Rule},
        text,
    },
};

/// The shortest word of a name that counts on its own, in characters.
const MIN_WORD: usize = 3;

/// The longest password, in code points: a limit of input, so that a request does not hash a book.
const MAX: usize = 256;

/// Parses a new password of a user with these identifiers and this display name.
pub(in crate::accounts) fn parse_new(
    password: &SecretString,
    policy: &PasswordPolicy,
    names: &[&str],
) -> Result<SecretString, Vec<Broken>> {
    let normal = normal(password);
    let text = normal.expose_secret();
    let PasswordPolicy { min_length, service_names } = policy;
    let names = names.iter().copied().chain(service_names.iter().map(String::as_str)).chain(["latchkey"]);

    let broken = [
        (text.chars().count() < *min_length)
            .then(|| (Rule::TooShort, format!("Use at least {min_length} characters."))),
        text::longer_than(MAX, text),
        is_common(&fold(text))
            .then(|| (Rule::Guessable, "Many people use this password. Choose one of your own.".to_owned())),
        consists_of_names(text, names)
            .then(|| (Rule::Guessable, "Do not use your own name, address or this service's name.".to_owned())),
    ];
    text::unless_broken(broken, || normal.clone())
}

/// Whether the password consists of names, of their parts before the `@` and of their words, in any case and with any
/// digits and signs around and between them. Attackers try these first.
fn consists_of_names<'t>(password: &str, names: impl Iterator<Item = &'t str>) -> bool {
    let password = fold(password);
    let mut parts: Vec<String> = names.map(fold).flat_map(|name| parts_of(&name)).collect();
    // The longest first, so that a name is not torn apart by another one in it.
    parts.sort_by_key(|part| Reverse(part.len()));
    let is_made_of_parts = |text: String| {
        !text.is_empty() && parts.iter().fold(text, |rest, part| rest.replace(part.as_str(), "")).is_empty()
    };
    is_made_of_parts(letters(&password)) || is_made_of_parts(password)
}

/// A name as it is and in letters alone, its part before the `@`, and its words.
fn parts_of(name: &str) -> Vec<String> {
    let local = name.split_once('@').map(|(local, _)| local);
    let whole = [Some(name), local].into_iter().flatten().flat_map(|text| [text.to_owned(), letters(text)]);
    let words = name.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= MIN_WORD);
    whole.chain(words.map(str::to_owned)).filter(|part| !part.is_empty()).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str) -> Option<Rule> {
        let policy = PasswordPolicy {
            min_length: 8,
            service_names: ["Acme Portal", "login.acme.example"].map(str::to_owned).into(),
        };
        let names = ["ada.lovelace@example.com", "gracehopper", "Anna Müller"];
        parse_new(&password.into(), &policy, &names).err().map(|broken| broken[0].0)
    }

    #[test]
    fn names_with_digits_and_signs_are_guessable() {
        for password in [
            "Ada.Lovelace@example.com",
            "ada.lovelace",
            "LatchkeyLatchkey",
            "latchkey2026!",
            "gracehopper1",
            "1-Grace-Hopper-9",
            "Anna Müller!",
            "annamüller99",
            "mu\u{308}ller-anna",
            "AcmePortal2026!",
            "acme.example#1",
            "lovelace1815",
        ] {
            assert_eq!(broken(password), Some(Rule::Guessable), "{password}");
        }
        for password in ["ada.lovelace counts", "hopper grace likes 7", "violet harbour lantern 42", "8391-5502-7716"] {
            assert_eq!(broken(password), None, "{password}");
        }
    }
}
