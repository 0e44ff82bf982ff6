//! Short texts that are repeated up to the maximum size.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{choices::Choices, types::Types};

/// A few tokens of a document, repeated as often as they fit, between the beginning and the end of a document.
pub fn repetition(types: &Types, choices: &mut Choices<'_>) -> (String, Value) {
    const PIECES: [&str; 42] = [
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "a",
        "b:a ",
        "__typename ",
        "a:__typename ",
        "...A ",
        "...{",
        "... on User{",
        "$a ",
        "$a:Int ",
        "$b:[Int!]=[1]",
        "@a ",
        "@skip(if:true)",
        "@include(if:$a)",
        ",",
        " ",
        "\n",
        "#",
        "\"",
        "\"\"\"",
        "\\u{41}",
        "1 ",
        "-0.0e1 ",
        "null ",
        ":",
        "!",
        "query Q{__typename}",
        "fragment A on Query{...A}",
        "fragment A on User{id}",
        "profile{id}",
        "sessions(first:100){nodes{id}}",
        "verifyToken(token:\"x\"){valid}",
        "x:{a:1 a:2}",
        "x:[[1][2]]",
        "user{id}",
        "\u{feff}",
        "mutation M{logout{__typename}}",
    ];
    const BEGINNINGS: [&str; 8] = [
        "",
        "{",
        "query(",
        "{a(b:",
        "{profile{",
        "query Q($a:Int){",
        "{verifyToken(token:",
        "{...A} fragment A on Query{",
    ];
    let unit = (0..=choices.below(5)).fold(String::new(), |unit, _| match choices.below(12) {
        0 => format!("{unit}{} ", choices.one_of(&types.names)),
        1 => format!("{unit}{}", "x".repeat(choices.below(70))),
        2 => format!("{unit}q{} ", choices.below(1000)),
        _ => format!("{unit}{}", choices.one_of(&PIECES)),
    });
    let beginning = choices.one_of(&BEGINNINGS);
    let size = [100, 1_000, 10_000, 32_000, 60_000][choices.below(5)];
    let times = size / unit.len().max(1);
    let numbered = choices.once_in(3);
    let mut document = (*beginning).to_owned();
    for n in 0..times {
        if document.len() + unit.len() + 8 > size {
            break;
        }
        document.push_str(&unit);
        if numbered {
            write!(document, "{n} ").unwrap();
        }
    }
    document.push_str(["", "}", ")}", "){valid}}", "}}"][choices.below(5)]);
    (document, json!({ "a": true }))
}
