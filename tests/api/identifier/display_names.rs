//! Display names are one visible line, and no field takes a character that nobody sees.

use futures_util::future::join_all;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    a_display_name_is_tidied,
    a_display_name_without_a_visible_character_is_refused,
    no_field_takes_a_character_that_is_ignored,
    an_empty_optional_field_counts_as_omitted,
];

async fn a_display_name_is_tidied(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for (typed, shown) in [
        ("  Ada \u{3000} Lovelace\u{a0}", "Ada Lovelace"),
        ("Ade\u{301}le", "Adéle"),
        ("\u{feff}Ada\u{200b}\u{202e}", "Ada"),
        ("A\u{200d}d\u{200c}a\u{fe0f}\u{e0061}", "Ada"),
        // Joiners, selectors and tags that are needed.
        ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ("ශ්\u{200d}රී", "ශ්\u{200d}රී"),
        ("👩🏽\u{200d}🚀 Ada ❤\u{fe0f}", "👩🏽\u{200d}🚀 Ada ❤\u{fe0f}"),
        (
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        ),
        ("辻\u{e0100}", "辻\u{e0100}"),
    ] {
        let answer = ada.update_profile(json!({ "displayName": typed })).await;
        assert_eq!(at(&answer, "data.updateProfile.user.displayName"), shown, "{typed:?}");
    }
}

async fn a_display_name_without_a_visible_character_is_refused(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for (name, rule) in [
        ("\u{200d}", "TOO_SHORT"),
        ("\u{115f}\u{1160}", "TOO_SHORT"),
        ("\u{3164} \u{2800}", "TOO_SHORT"),
        ("\u{301}", "TOO_SHORT"),
        ("A\nda", "CHARACTERS"),
        ("A\u{2028}da", "CHARACTERS"),
        ("A\u{e000}da", "CHARACTERS"),
        ("A\u{378}da", "CHARACTERS"),
    ] {
        let answer = ada.update_profile(json!({ "displayName": name })).await;
        assert_eq!(at(&answer, "data.updateProfile.violations.0.rule"), rule, "{name:?}: {answer}");
    }
}

async fn no_field_takes_a_character_that_is_ignored(app: &TestApp) {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    // Of the last block, only a part: `latchkey-names` tests all of it.
    let all: Vec<char> = ('\0'..='\u{e01ef}').filter(|c| ignorable.contains(*c)).collect();
    assert!(all.len() > 500);
    for some in all.chunks(50) {
        let registrations = some.iter().map(|c| async move {
            let (email, username) = (format!("a{c}da@example.com"), format!("a{c}da"));
            let input = json!({ "email": email, "username": username, "displayName": c, "password": PASSWORD });
            (c, app.anonymous().register_with(input).await)
        });
        for (c, answer) in join_all(registrations).await {
            let broken = at(&answer, "data.register.violations").as_array().expect("violations");
            let fields: Vec<&Value> = broken.iter().map(|violation| &violation["path"][1]).collect();
            assert_eq!(fields, ["email", "username", "displayName"], "{c:?}: {answer}");
        }
    }
}

async fn an_empty_optional_field_counts_as_omitted(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    for empty in ["", "  ", "\u{3000}\t"] {
        let answer = ada.update_profile(json!({ "displayName": empty })).await;
        assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Ada", "{answer}");
    }
}
