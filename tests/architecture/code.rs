//! Rust code without its comments and strings, and the paths in it.

/// The code of a file, and the texts that people read.
pub struct Code {
    /// The code without comments, strings and characters.
    pub text: String,
    /// The documentation comments and the strings, one a line.
    pub prose: Vec<String>,
}

impl Code {
    pub fn new(text: &str) -> Self {
        let mut code = Self { text: String::new(), prose: Vec::new() };
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            rest = if rest.starts_with("//") {
                let (comment, after) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
                if let Some(doc) = comment.strip_prefix("//!").or_else(|| comment.strip_prefix("///")) {
                    code.prose.push(doc.trim().to_owned());
                }
                after
            } else if let Some(raw) = rest.strip_prefix("r#\"") {
                code.take_string(raw, raw.find("\"#").unwrap_or(raw.len()), 2)
            } else if let Some(string) = rest.strip_prefix('"') {
                code.take_string(string, end_of_string(string), 1)
            } else if let Some(length) = length_of_char(rest) {
                &rest[length..]
            } else {
                code.text.push(next);
                &rest[next.len_utf8()..]
            };
        }
        code
    }

    fn take_string<'t>(&mut self, text: &'t str, end: usize, quote: usize) -> &'t str {
        self.prose.push(text[..end].to_owned());
        text.get(end + quote..).unwrap_or_default()
    }

    /// Every path that follows `start`, such as `crate::`: `a::{b, c::d}` has `a::b` and `a::c::d`.
    pub fn paths_after(&self, start: &str) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        for (place, _) in self.text.match_indices(start) {
            let before = self.text[..place].chars().last();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                expand(&self.text[place + start.len()..], &[], &mut paths);
            }
        }
        paths
    }

    /// Whether the code names this crate.
    pub fn names_crate(&self, name: &str) -> bool {
        self.text.match_indices(name).any(|(place, _)| {
            let before = self.text[..place].chars().last();
            let rest = &self.text[place + name.len()..];
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let follows = rest.trim_start();
            let named = follows.starts_with("::") || follows.starts_with("as ") || follows.starts_with(';');
            whole(before) && whole(rest.chars().next()) && named && !self.text[..place].ends_with("::")
        })
    }
}

/// Adds the paths of a use tree to `paths`, and returns the text behind it.
fn expand<'t>(text: &'t str, prefix: &[String], paths: &mut Vec<Vec<String>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = expand(rest, prefix, paths).trim_start();
            match rest.chars().next() {
                Some(',') => rest = &rest[1..],
                Some('}') => return &rest[1..],
                _ => return rest,
            }
        }
    }
    let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(length);
    let mut path = prefix.to_vec();
    if !name.is_empty() && name != "self" {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(below) => return expand(below, &path, paths),
        None if name.is_empty() && !rest.starts_with('*') => return rest,
        None => paths.push(path),
    }
    // The rest of an entry: `as other`, `*`, or the code behind a path.
    rest = rest.strip_prefix('*').unwrap_or(rest);
    match rest.trim_start().strip_prefix("as ") {
        Some(renamed) => &renamed[renamed.find([',', '}', ';']).unwrap_or(renamed.len())..],
        None => rest,
    }
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// The length of a character literal; a lifetime is none.
fn length_of_char(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let literal = match inside.strip_prefix('\\') {
        Some(escape) => 2 + 1 + escape.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0,
        None => 1 + inside.chars().next()?.len_utf8() + usize::from(inside.chars().nth(1)? == '\''),
    };
    text[..literal].ends_with('\'').then_some(literal)
}

#[test]
fn paths_are_found_in_every_spelling() {
    let code = Code::new(
        "use crate::{\n    a::{self, b::C, d as e},\n    f::*,\n};\nfn g() { crate::h::i(j) } // crate::no\n",
    );
    let found: Vec<String> = code.paths_after("crate::").iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "a::b::C", "a::d", "f", "h::i"]);
    assert_eq!(Code::new("/// A.\nfn b() { c(\"d \\\" e\", '\"') }").prose, ["A.", "d \\\" e"]);
}
