//! Hashes that take more than a second are refused, or their owners can log in.

use serde_json::json;

use super::{HASH, lines, row};
use crate::support::{TestApp, on_both_databases};

on_both_databases![a_hash_that_takes_more_than_a_second_is_refused_unless_an_option_allows_it,];

async fn a_hash_that_takes_more_than_a_second_is_refused_unless_an_option_allows_it(app: &TestApp) {
    let with_cost = |name: &str, cost: &str| {
        let mut row = row(name);
        row["hashed_password"] = json!(HASH.replace("$04$", cost));
        row
    };
    app.write("users.jsonl", &lines(&[with_cost("ada", "$16$"), with_cost("bob", "$10$"), with_cost("cyd", "$16$")]));
    let reason = "the password hash has cost 16, and checking it takes more than a second on this machine";
    for (arguments, would) in [(&["users.jsonl", "--dry-run"][..], " would be"), (&["users.jsonl"], "")] {
        let output = app.import(arguments);
        assert_eq!(output.code, Some(1));
        assert!(
            output.out.starts_with(&format!("3 rows: 1{would} imported, 0 already existed, 2 refused\n")),
            "{}",
            output.out
        );
        for line in ["line 1", "line 3"] {
            assert!(output.err.contains(&format!("{line}: {reason}\n")), "{}", output.err);
        }
    }
    assert_eq!(app.user_count().await, 1);

    let output = app.import(&["users.jsonl", "--dry-run", "--allow-slow-hashes"]);
    assert!(output.out.starts_with("3 rows: 2 would be imported, 1 already existed, 0 refused\n"), "{}", output.out);
    app.import_all(&["users.jsonl", "--allow-slow-hashes"]);
    assert_eq!(app.user_count().await, 3);
}
