//! One of a few words.

use super::Kind;

/// One of a few words, each of which stands for a value.
pub(in crate::config) struct Choice<T: 'static> {
    choices: &'static [(&'static str, T)],
}

pub(in crate::config) fn choice<T>(choices: &'static [(&'static str, T)]) -> Choice<T> {
    Choice { choices }
}

/// `true` or `false`.
pub(in crate::config) fn switch() -> Choice<bool> {
    choice(&[("true", true), ("false", false)])
}

impl<T: Copy + PartialEq> Kind for Choice<T> {
    type Value = T;

    fn expected(&self) -> String {
        let words: Vec<String> = self.choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        match &*words {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            words => words.concat(),
        }
    }

    fn parse(&self, text: &str) -> Result<T, String> {
        let chosen = self.choices.iter().find(|(word, _)| *word == text);
        chosen.map(|(_, value)| *value).ok_or_else(|| format!("must be {}", self.expected()))
    }

    fn show(&self, value: &T) -> String {
        self.choices.iter().find(|(_, choice)| choice == value).map_or("", |(word, _)| word).to_owned()
    }
}
