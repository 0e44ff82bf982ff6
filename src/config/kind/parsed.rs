//! Texts, paths, and values of types that parse themselves.

use std::{fmt::Display, path::PathBuf, str::FromStr};

use super::{Kind, modified::Mapped};

type Parse<T> = dyn Fn(&str) -> Result<T, String>;

/// A value of a type that parses and shows itself.
pub(in crate::config) struct Parsed<T> {
    expected: &'static str,
    parse: Box<Parse<T>>,
}

/// A value of a type that parses itself. Every problem is that the text "must be" what is expected.
pub(in crate::config) fn parsed<T: FromStr>(expected: &'static str) -> Parsed<T> {
    parsed_by(expected, move |text| text.parse().map_err(|_| format!("must be {expected}")))
}

/// A value of a type whose errors say what is wrong, as the rest of a sentence that begins with the setting's name.
pub(in crate::config) fn parsed_by<T, E: Display>(
    expected: &'static str,
    parse: impl Fn(&str) -> Result<T, E> + 'static,
) -> Parsed<T> {
    Parsed { expected, parse: Box::new(move |text| parse(text).map_err(|error| error.to_string())) }
}

/// Any text.
pub(in crate::config) fn text() -> Parsed<String> {
    parsed("a text")
}

/// A path, relative to the working directory.
pub(in crate::config) fn path() -> Mapped<Parsed<String>, PathBuf> {
    parsed("a path").map(PathBuf::from, |path| path.display().to_string())
}

impl<T: Display> Kind for Parsed<T> {
    type Value = T;

    fn expected(&self) -> String {
        self.expected.to_owned()
    }

    fn parse(&self, text: &str) -> Result<T, String> {
        (self.parse)(text)
    }

    fn show(&self, value: &T) -> String {
        value.to_string()
    }
}
