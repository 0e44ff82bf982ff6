//! Any case of a name is the same name, in every script that has cases and beside every sign.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![every_case_of_a_name_logs_in, every_case_of_an_address_logs_in];

/// Letters of every script that has cases, with those whose case depends on their neighbours.
const SCRIPTS: [&str; 17] = [
    "strauß",
    "ışıkİ",
    "ǆenan",
    "νίκος",
    "наталія",
    "անահիտև",
    "ნინო",
    "ꮳꮃꭹ",
    "ⲙⲁⲣⲓⲁ",
    "ⰿⰰⱃⰹⰰ",
    "𐐨𐐩𐐪",
    "𐓘𐓙𐓚",
    "𐳀𐳁𐳂",
    "𑣀𑣁𑣂",
    "𖹠𖹡𖹢",
    "𐖗𐖘𐖙",
    "𞤢𞤣𞤤",
];

/// A name in lower, upper and title case.
fn cases(name: &str) -> [String; 4] {
    let mut rest = name.chars();
    let title: String = rest.next().unwrap().to_uppercase().chain(rest.flat_map(char::to_lowercase)).collect();
    [name.to_owned(), name.to_uppercase(), name.to_uppercase().to_lowercase(), title]
}

async fn every_case_of_a_name_logs_in(app: &TestApp) {
    for name in SCRIPTS {
        for (n, shape) in [name.to_owned(), format!("{name}.{name}"), format!("{name}_2"), format!("{name}-{name}")]
            .into_iter()
            .enumerate()
        {
            let cases = cases(&shape);
            // In turn, each case is the registered one.
            assert_eq!(app.register_name(&cases[n]).await, json!(null), "{:?}", cases[n]);
            for typed in &cases {
                let answer = app.anonymous().login(typed, PASSWORD).await;
                assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{typed:?} for {:?}", cases[n]);
                assert_eq!(app.register_name(typed).await, "USERNAME_TAKEN", "{typed:?}");
            }
        }
    }
}

async fn every_case_of_an_address_logs_in(app: &TestApp) {
    for name in SCRIPTS {
        for (n, sign) in [".", "1", "\u{301}", "+"].into_iter().enumerate() {
            let cases = cases(&format!("{name}{sign}{name}"));
            assert_eq!(app.register_address(&format!("{}@example.com", cases[n])).await, json!(null), "{:?}", cases[n]);
            for typed in &cases {
                let answer = app.anonymous().login(&format!("{typed}@EXAMPLE.com"), PASSWORD).await;
                assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{typed:?} for {:?}", cases[n]);
            }
        }
    }
}
