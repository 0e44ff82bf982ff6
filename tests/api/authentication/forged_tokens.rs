//! Forged and bent tokens: a table, and it grows. What we did not sign is `INVALID`, and no more is said.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
use latchkey::{config::SecretKey, secrets::SigningSecret};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{SECRET_KEY, TestApp, on_both_databases};

on_both_databases![
    tokens_with_a_wrong_header_are_rejected,
    tokens_with_wrong_claims_and_a_right_signature_are_rejected,
    tokens_with_a_wrong_signature_are_rejected,
    texts_that_are_not_a_token_are_rejected,
    a_token_of_another_server_is_rejected,
    the_times_in_a_token_are_checked,
    a_token_with_a_changed_byte_is_invalid,
];

/// A good token, taken apart.
struct Parts {
    header: Value,
    claims: Value,
    token: String,
}

impl Parts {
    async fn of_a_good_token(app: &TestApp) -> Self {
        let token = app.registered("ada@example.com").await.token.unwrap();
        let part = |n: usize| {
            let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        Self { header: part(0), claims: part(1), token: token.clone() }
    }

    /// The same token with another header, signed with our own key.
    fn with_header(&self, change: &Value) -> String {
        signed(&merged(&self.header, change), &self.claims)
    }

    /// The same token with other claims, signed with our own key.
    fn with_claims(&self, change: &Value) -> String {
        signed(&self.header, &merged(&self.claims, change))
    }
}

/// One object over the other; null takes a field away.
fn merged(object: &Value, change: &Value) -> Value {
    let mut merged = object.clone();
    let fields = merged.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap().clone() {
        match value {
            Value::Null => drop(fields.remove(&name)),
            value => drop(fields.insert(name, value)),
        }
    }
    merged
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string(), SECRET_KEY.as_bytes())
}

fn signed_text(header: &str, claims: &str, key: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(message.as_bytes(), &EncodingKey::from_secret(key), Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

async fn all_are(app: &TestApp, reason: &str, tokens: impl IntoIterator<Item = String>) {
    for token in tokens {
        let verified = app.anonymous().verify(&token).await;
        assert_eq!(verified["reason"], reason, "{token}");
        assert_eq!((&verified["valid"], &verified["user"]), (&Value::from(false), &Value::Null), "{token}");
    }
}

async fn tokens_with_a_wrong_header_are_rejected(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    // The table's own footing: put together again without a change, the token is good.
    assert_eq!(app.anonymous().verify(&good.with_header(&json!({}))).await["valid"], true);

    let mut bent = vec![];
    for alg in
        ["none", "None", "NONE", "nOnE", "none ", "", "hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "HS256\0"]
    {
        bent.push(json!({ "alg": alg }));
    }
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt", "at+jwt ", "dpop+jwt", "id+jwt", ""] {
        bent.push(json!({ "typ": typ }));
    }
    for kid in
        [json!("wrong"), json!(""), json!("../../etc/passwd"), json!("' OR 1=1 --"), json!(1), json!([]), Value::Null]
    {
        bent.push(json!({ "kid": kid }));
    }
    for missing in ["alg", "typ", "kid"] {
        bent.push(json!({ missing: null }));
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
        bent.push(json!({ name: value }));
    }
    for alg in [json!(0), json!(null), json!(["HS256"]), json!({ "alg": "HS256" })] {
        bent.push(json!({ "alg": alg }));
    }
    all_are(app, "INVALID", bent.into_iter().map(|change| good.with_header(&change))).await;

    let key = SECRET_KEY.as_bytes();
    let kid = good.header["kid"].as_str().unwrap();
    let twice = format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}","alg":"HS256"}}"#);
    let texts = [twice.as_str(), "", "{}", "null", "[]", "\"HS256\"", "{\"alg\":\"HS256\"", "\u{feff}{}"];
    all_are(app, "INVALID", texts.map(|header| signed_text(header, &good.claims.to_string(), key))).await;
}

async fn tokens_with_wrong_claims_and_a_right_signature_are_rejected(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    let iat = good.claims["iat"].as_i64().unwrap();

    let mut bent = vec![];
    for missing in ["iss", "aud", "sub", "exp", "iat", "jti", "sid"] {
        bent.push(json!({ missing: null }));
    }
    for iss in [json!("other"), json!(""), json!(["latchkey"]), json!("Latchkey"), json!(1)] {
        bent.push(json!({ "iss": iss }));
    }
    for aud in [json!("other"), json!(["other"]), json!([]), json!(0), json!([0]), json!({}), json!("latchkey")] {
        bent.push(json!({ "aud": aud }));
    }
    for sub in [json!(""), json!("ada"), json!(1), json!(["01a1fde1-c0bc-7b72-8c94-579e61b3219e"])] {
        bent.push(json!({ "sub": sub }));
        bent.push(json!({ "sid": sub }));
    }
    for exp in
        [json!("9999999999"), json!(9e99), json!(iat + 900).to_string().into(), json!(1.5), json!(true), json!(-1)]
    {
        bent.push(json!({ "exp": exp }));
        bent.push(json!({ "iat": exp }));
    }
    // Longer than we give, shorter than nothing, and so long that it is short again.
    for exp in [iat + 901, iat + 31_536_000, iat, iat - 1, i64::MAX] {
        bent.push(json!({ "exp": exp }));
    }
    bent.push(json!({ "iat": i64::MIN }));
    bent.push(json!({ "nbf": "soon" }));
    all_are(app, "INVALID", bent.into_iter().map(|change| good.with_claims(&change))).await;

    let key = SECRET_KEY.as_bytes();
    let header = good.header.to_string();
    let twice = good.claims.to_string().replacen('{', r#"{"sub":"01a1fde1-c0bc-7b72-8c94-579e61b3219e","#, 1);
    all_are(app, "INVALID", [twice.as_str(), "", "null", "[]", "{}"].map(|claims| signed_text(&header, claims, key)))
        .await;

    // Somebody else's session: signed, but nothing that we ever issued.
    let other = app.registered("bob@example.com").await.id().await;
    all_are(app, "REVOKED", [good.with_claims(&json!({ "sub": other }))]).await;
    all_are(app, "REVOKED", [good.with_claims(&json!({ "sid": "01a1fde1-c0bc-7b72-8c94-579e61b3219e" }))]).await;
}

async fn tokens_with_a_wrong_signature_are_rejected(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    let (message, signature) = good.token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let another = app.registered("bob@example.com").await.token.unwrap();
    let transplanted = another.rsplit_once('.').unwrap().1;
    let with_key = |key: &[u8]| signed_text(&good.header.to_string(), &good.claims.to_string(), key);
    let none = URL_SAFE_NO_PAD.encode(merged(&good.header, &json!({ "alg": "none" })).to_string());

    all_are(
        app,
        "INVALID",
        [
            format!("{message}."),
            message.to_owned(),
            format!("{message}.{transplanted}"),
            format!("{message}.{}", signature.to_uppercase()),
            format!("{message}.{}", &signature[..42]),
            format!("{message}.{signature}A"),
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{header}.{header}.{signature}"),
            with_key(b""),
            with_key(b"secret"),
            with_key(&SECRET_KEY.as_bytes()[..32]),
            with_key(URL_SAFE_NO_PAD.encode(SECRET_KEY).as_bytes()),
        ],
    )
    .await;

    // The same bytes in other letters: base64 with its padding, in its other alphabet, with bits that mean nothing.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.find(last).unwrap();
    let twins = (1..4).map(|bits| &alphabet[(place ^ bits)..=(place ^ bits)]);
    let twins = twins.map(|twin| format!("{message}.{}{twin}", &signature[..42]));
    all_are(app, "INVALID", twins).await;
    let padded = [
        format!("{}=", good.token),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}==.{claims}.{signature}"),
    ];
    all_are(app, "INVALID", padded).await;
    let standard = good.token.replace('-', "+").replace('_', "/");
    if standard != good.token {
        all_are(app, "INVALID", [standard]).await;
    }
}

async fn texts_that_are_not_a_token_are_rejected(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    let (header, claims, signature) = {
        let mut parts = good.token.split('.');
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    };
    let mut shapes = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "\0".to_owned(),
        format!("{header}..{signature}"),
        format!("{}.", good.token),
        format!(".{}", good.token),
        format!("{}.{}", good.token, signature),
        // Compact serialisation with five parts is an encrypted token; with braces it is the JSON one.
        format!("{header}.{claims}.{signature}.{claims}.{signature}"),
        json!({ "protected": header, "payload": claims, "signature": signature }).to_string(),
        json!({ "payload": claims, "signatures": [{ "protected": header, "signature": signature }] }).to_string(),
        format!("Bearer {}", good.token),
        good.token.repeat(2),
        "x".repeat(5000),
        format!("{header}.{}.{signature}", "A".repeat(10_000)),
    ];
    for white in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{feff}", "\0"] {
        shapes.push(format!("{}{white}", good.token));
        shapes.push(format!("{white}{}", good.token));
        shapes.push(format!("{header}{white}.{claims}.{signature}"));
        shapes.push(format!("{header}.{claims}{white}.{signature}"));
        shapes.push(format!("{header}.{claims}.{white}{signature}"));
    }
    all_are(app, "INVALID", shapes).await;
}

async fn a_token_of_another_server_is_rejected(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    // RFC 7515 appendix A.1, and the same header and claims of ours under its published key.
    let published = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
        .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
        .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let ours_under_it = signed_text(&good.header.to_string(), &good.claims.to_string(), &key);
    all_are(app, "INVALID", [published.to_owned(), ours_under_it]).await;

    // The same program with another secret.
    let database = crate::support::database::TestDatabase::create(app.kind).await;
    let other = TestApp::start_with(app.kind, database, |config| {
        let secret = SigningSecret::parse("for other tests, and just as long as the first").unwrap();
        config.secret_key = SecretKey::Given(secret);
    })
    .await;
    all_are(app, "INVALID", [other.registered("ada@example.com").await.token.unwrap()]).await;
    other.stop().await;
}

async fn the_times_in_a_token_are_checked(app: &TestApp) {
    let good = Parts::of_a_good_token(app).await;
    let iat = good.claims["iat"].as_i64().unwrap();
    all_are(app, "EXPIRED", [good.with_claims(&json!({ "iat": iat - 900, "exp": iat }))]).await;
    all_are(app, "NOT_YET_VALID", [good.with_claims(&json!({ "nbf": iat + 60 }))]).await;
    all_are(app, "NOT_YET_VALID", [good.with_claims(&json!({ "iat": iat + 60, "exp": iat + 120 }))]).await;
    // A claim that a newer version adds is no reason to refuse; a shorter life is not, either.
    let newer = good.with_claims(&json!({ "email_verified": true, "exp": iat + 60 }));
    assert_eq!(app.anonymous().verify(&newer).await["valid"], true);
}

async fn a_token_with_a_changed_byte_is_invalid(app: &TestApp) {
    let token = app.registered("ada@example.com").await.token.unwrap();
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let changes = (0..token.len(), "[!-~]");
    let handle = tokio::runtime::Handle::current();
    let client = app.anonymous();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&changes, |(place, letter)| {
            let mut bent = token.clone();
            bent.replace_range(place..=place, &letter);
            prop_assume!(bent != token);
            let verified = handle.block_on(client.verify(&bent));
            prop_assert_eq!(&verified["reason"], "INVALID");
            Ok(())
        })
    });
    outcome.unwrap();
    assert_eq!(client.verify(&token).await["valid"], true);
}
