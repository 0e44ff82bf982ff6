//! Plain words: what people read uses the terms of the field, and none of the words below.

use std::fs;

use crate::source::sources;

/// Words and phrases that have a plainer one. See "The words" in `src/lib.rs`.
const BANNED: &[&str] = &[
    "anybody",
    "brings along",
    "brought along",
    "corridor",
    "courier",
    "crowd",
    "deed",
    "entrance",
    "errand",
    "floor",
    "hatch",
    "hence",
    "house",
    "in its own time",
    "in the way",
    "is over",
    "is told",
    "let in",
    "lets in",
    "lest",
    "newcomer",
    "no more is",
    "nobody",
    "of ours",
    "relief",
    "relieves",
    "room",
    "so many",
    "somebody",
    "stands in",
    "stationery",
    "stranger",
    "sweep",
    "takes in",
    "tells of",
    "thereby",
    "told",
    "town",
    "whoever",
];

/// Texts that may have such a word: none.
const ALLOWED: &[&str] = &[];

/// The banned words in a text.
fn banned_words(text: &str) -> Vec<&'static str> {
    let mut words = String::from(" ");
    words.extend(text.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c.to_ascii_lowercase() } else { ' ' }));
    words.push(' ');
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let padded = format!(" {words} ");
    BANNED.iter().copied().filter(|word| padded.contains(&format!(" {word} "))).collect()
}

#[test]
fn the_words_are_plain() {
    let mut found = Vec::new();
    for source in sources() {
        for text in &source.code.prose {
            let words = banned_words(text);
            if !words.is_empty() && !ALLOWED.contains(&&**text) {
                found.push(format!("{}: {words:?} in \"{text}\"", source.path.display()));
            }
        }
    }
    for (number, line) in fs::read_to_string("schema.graphql").expect("readable").lines().enumerate() {
        let words = banned_words(line);
        if !words.is_empty() {
            found.push(format!("schema.graphql:{}: {words:?}", number + 1));
        }
    }
    assert!(found.is_empty(), "{} texts\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_banned_word_is_found() {
    assert_eq!(banned_words("Whoever asks is told."), ["is told", "told", "whoever"]);
    assert_eq!(banned_words("in the\n  way"), ["in the way"]);
    assert_eq!(banned_words("a warehouse and a storeroom"), Vec::<&str>::new());
}
