//! Tokens with a wrong header.

use serde_json::{Value, json};

use super::{Parts, all_have, signed_text, signing_key};
use crate::support::{TestApp, on_both_databases};

on_both_databases![tokens_with_a_wrong_header_are_rejected,];

async fn tokens_with_a_wrong_header_are_rejected(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    // Without a change, the token is valid: so each rejection below is caused by its change.
    assert_eq!(app.anonymous().verify(&valid.with_header(&json!({}))).await["valid"], true);

    let mut forged = vec![];
    for alg in
        ["none", "None", "NONE", "nOnE", "none ", "", "hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "HS256\0"]
    {
        forged.push(json!({ "alg": alg }));
    }
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt", "at+jwt ", "dpop+jwt", "id+jwt", ""] {
        forged.push(json!({ "typ": typ }));
    }
    for kid in
        [json!("wrong"), json!(""), json!("../../etc/passwd"), json!("' OR 1=1 --"), json!(1), json!([]), Value::Null]
    {
        forged.push(json!({ "kid": kid }));
    }
    for missing in ["alg", "typ", "kid"] {
        forged.push(json!({ missing: null }));
    }
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("jku", json!("https://attacker.example/keys")),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("x5u", json!("https://attacker.example/cert")),
        ("x5c", json!([])),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
        ("enc", json!("A128GCM")),
        ("extra", json!(1)),
    ] {
        forged.push(json!({ name: value }));
    }
    for alg in [json!(0), json!(null), json!(["HS256"]), json!({ "alg": "HS256" })] {
        forged.push(json!({ "alg": alg }));
    }
    all_have(app, "INVALID", forged.into_iter().map(|change| valid.with_header(&change))).await;

    let key = &signing_key();
    let kid = valid.header["kid"].as_str().unwrap();
    let twice = format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}","alg":"HS256"}}"#);
    let texts = [twice.as_str(), "", "{}", "null", "[]", "\"HS256\"", "{\"alg\":\"HS256\"", "\u{feff}{}"];
    all_have(app, "INVALID", texts.map(|header| signed_text(header, &valid.claims.to_string(), key))).await;
}
