//! Texts that are not a token, and random changes of a valid one.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;

use super::{Parts, all_have};
use crate::support::{TestApp, on_both_databases};

on_both_databases![texts_that_are_not_a_token_are_rejected, a_token_with_a_changed_byte_is_invalid,];

async fn texts_that_are_not_a_token_are_rejected(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    let (header, claims, signature) = {
        let mut parts = valid.token.split('.');
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    };
    let mut shapes = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "\0".to_owned(),
        format!("{header}..{signature}"),
        format!("{}.", valid.token),
        format!(".{}", valid.token),
        format!("{}.{}", valid.token, signature),
        // Five parts are an encrypted token, and braces are the JSON serialization.
        format!("{header}.{claims}.{signature}.{claims}.{signature}"),
        json!({ "protected": header, "payload": claims, "signature": signature }).to_string(),
        json!({ "payload": claims, "signatures": [{ "protected": header, "signature": signature }] }).to_string(),
        format!("Bearer {}", valid.token),
        valid.token.repeat(2),
        "x".repeat(5000),
        format!("{header}.{}.{signature}", "A".repeat(10_000)),
    ];
    for white in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{feff}", "\0"] {
        shapes.push(format!("{}{white}", valid.token));
        shapes.push(format!("{white}{}", valid.token));
        shapes.push(format!("{header}{white}.{claims}.{signature}"));
        shapes.push(format!("{header}.{claims}{white}.{signature}"));
        shapes.push(format!("{header}.{claims}.{white}{signature}"));
    }
    all_have(app, "INVALID", shapes).await;
}

async fn a_token_with_a_changed_byte_is_invalid(app: &TestApp) {
    let token = app.registered("ada@example.com").await.token.unwrap();
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let changes = (0..token.len(), "[!-~]");
    let handle = tokio::runtime::Handle::current();
    let client = app.anonymous();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&changes, |(place, letter)| {
            let mut forged = token.clone();
            forged.replace_range(place..=place, &letter);
            prop_assume!(forged != token);
            let verified = handle.block_on(client.verify(&forged));
            prop_assert_eq!(&verified["reason"], "INVALID");
            Ok(())
        })
    });
    outcome.unwrap();
    assert_eq!(client.verify(&token).await["valid"], true);
}
