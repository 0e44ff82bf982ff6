//! Lists with commas between their elements.

use std::fmt::Display;

use super::Kind;

/// A list with commas between its elements. An empty text is an empty list.
pub(in crate::config) struct List<T> {
    expected: &'static str,
    element: fn(&str) -> Option<T>,
    empty: &'static str,
}

/// A list of elements that are parsed by a function. An empty list is shown as `empty`, which is also parsed as one.
pub(in crate::config) fn list<T>(
    expected: &'static str,
    element: fn(&str) -> Option<T>,
    empty: &'static str,
) -> List<T> {
    List { expected, element, empty }
}

impl<T: Display> Kind for List<T> {
    type Value = Vec<T>;

    fn expected(&self) -> String {
        self.expected.to_owned()
    }

    fn parse(&self, text: &str) -> Result<Vec<T>, String> {
        let text = if text == self.empty { "" } else { text };
        let elements = text.split(',').map(str::trim).filter(|element| !element.is_empty());
        elements.map(self.element).collect::<Option<_>>().ok_or_else(|| format!("must be {}", self.expected))
    }

    fn show(&self, value: &Vec<T>) -> String {
        let elements: Vec<String> = value.iter().map(ToString::to_string).collect();
        if elements.is_empty() { self.empty.to_owned() } else { elements.join(",") }
    }

    fn accepts_empty(&self) -> bool {
        true
    }
}
