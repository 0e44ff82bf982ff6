//! Tokens with a wrong signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey::{config::SecretKey, secrets::SigningSecret};
use serde_json::json;

use super::{Parts, all_have, merged, signed_text};
use crate::support::{SECRET_KEY, TestApp, database::TestDatabase, on_both_databases};

on_both_databases![tokens_with_a_wrong_signature_are_rejected, a_token_of_another_server_is_rejected,];

async fn tokens_with_a_wrong_signature_are_rejected(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    let (message, signature) = valid.token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let another = app.registered("bob@example.com").await.token.unwrap();
    let transplanted = another.rsplit_once('.').unwrap().1;
    let with_key = |key: &[u8]| signed_text(&valid.header.to_string(), &valid.claims.to_string(), key);
    let none = URL_SAFE_NO_PAD.encode(merged(&valid.header, &json!({ "alg": "none" })).to_string());

    all_have(
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
            with_key(SECRET_KEY.as_bytes()),
            with_key(&SECRET_KEY.as_bytes()[..32]),
            with_key(URL_SAFE_NO_PAD.encode(SECRET_KEY).as_bytes()),
        ],
    )
    .await;

    // The same bytes in other spellings: base64 with padding, with the other alphabet, and with different unused bits.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.find(last).unwrap();
    let twins = (1..4).map(|bits| &alphabet[(place ^ bits)..=(place ^ bits)]);
    let twins = twins.map(|twin| format!("{message}.{}{twin}", &signature[..42]));
    all_have(app, "INVALID", twins).await;
    let padded = [
        format!("{}=", valid.token),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}==.{claims}.{signature}"),
    ];
    all_have(app, "INVALID", padded).await;
    let standard = valid.token.replace('-', "+").replace('_', "/");
    if standard != valid.token {
        all_have(app, "INVALID", [standard]).await;
    }
}

async fn a_token_of_another_server_is_rejected(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    // The token of RFC 7515, appendix A.1, and a token of this server signed with the published key of the RFC.
    let published = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
        .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
        .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let with_published_key = signed_text(&valid.header.to_string(), &valid.claims.to_string(), &key);
    all_have(app, "INVALID", [published.to_owned(), with_published_key]).await;

    // The same program with another secret.
    let database = TestDatabase::create(app.kind).await;
    let other = TestApp::start_with(app.kind, database, |config| {
        let secret = SigningSecret::parse("for other tests, and just as long as the first").unwrap();
        config.access_tokens.secret_key = SecretKey::Given(secret);
    })
    .await;
    all_have(app, "INVALID", [other.registered("ada@example.com").await.token.unwrap()]).await;
    other.stop().await;
}
