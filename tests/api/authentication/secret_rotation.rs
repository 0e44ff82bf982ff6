//! A change of `SECRET_KEY`: with `SECRET_KEY_PREVIOUS`, no user is logged out.

use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
use latchkey::{
    config::{Config, SecretKey},
    secrets::SigningSecret,
};
use serde_json::{Value, json};

use crate::support::{SECRET_KEY, TestApp, at, client::Client, on_both_databases};

on_both_databases![
    tokens_of_the_previous_secret_are_accepted,
    without_the_previous_secret_all_users_are_logged_out,
    both_orders_of_two_secrets_run_side_by_side,
    tokens_that_the_secret_itself_signed_are_accepted_for_one_lifetime,
    the_client_id_is_a_claim,
];

const NEW: &str = "for other tests, and just as long as the first";

fn secret(text: &str) -> SigningSecret {
    SigningSecret::parse(text).unwrap()
}

/// Another instance on the same database, with these secrets.
async fn with_secrets(app: &TestApp, current: &str, previous: Option<&str>) -> TestApp {
    let (current, previous) = (secret(current), previous.map(secret));
    let change = |config: &mut Config| {
        config.access_tokens.secret_key = SecretKey::Given(current);
        config.access_tokens.previous_secret_key = previous;
    };
    TestApp::start_with(app.kind, app.database.shared(), change).await
}

/// A user who registers, and the refresh token.
async fn registered(app: &TestApp, email: &str) -> (Client, String) {
    let answer = app.anonymous().register(email).await;
    let text = |path| at(&answer, path).as_str().unwrap().to_owned();
    let client = app.with_token(&text("data.register.tokens.accessToken"));
    (client, text("data.register.tokens.refreshToken"))
}

async fn refreshed(app: &TestApp, token: &str) -> Option<(String, String)> {
    let answer = app.anonymous().refresh(token).await;
    let tokens = &at(&answer, "data.refreshToken")["tokens"];
    Some((tokens["accessToken"].as_str()?.to_owned(), tokens["refreshToken"].as_str()?.to_owned()))
}

async fn is_valid(app: &TestApp, token: &str) -> bool {
    app.anonymous().verify(token).await["valid"] == true
}

async fn tokens_of_the_previous_secret_are_accepted(app: &TestApp) {
    let (ada, refresh) = registered(app, "ada@example.com").await;
    // The response to this refresh is lost; the retry reaches the server with the new secret.
    let (_, lost) = refreshed(app, &refresh).await.expect("a pair");
    let changed = with_secrets(app, NEW, Some(SECRET_KEY)).await;
    assert!(is_valid(&changed, ada.token.as_ref().unwrap()).await);
    let (access, next) = refreshed(&changed, &refresh).await.expect("the same successor");
    assert!(is_valid(&changed, &access).await);
    assert_eq!(next[..next.len() - 22], lost[..lost.len() - 22], "the same token, with another tag");
    let (access, _) = refreshed(&changed, &next).await.expect("a pair");
    assert!(is_valid(&changed, &access).await);
    changed.stop().await;
}

async fn without_the_previous_secret_all_users_are_logged_out(app: &TestApp) {
    let (ada, refresh) = registered(app, "ada@example.com").await;
    let changed = with_secrets(app, NEW, None).await;
    assert_eq!(changed.anonymous().verify(ada.token.as_ref().unwrap()).await["reason"], "INVALID");
    assert_eq!(refreshed(&changed, &refresh).await, None);
    changed.stop().await;
}

async fn both_orders_of_two_secrets_run_side_by_side(app: &TestApp) {
    let (old, new) = (with_secrets(app, SECRET_KEY, Some(NEW)).await, with_secrets(app, NEW, Some(SECRET_KEY)).await);
    let (ada, mut refresh) = registered(&old, "ada@example.com").await;
    assert!(is_valid(&new, ada.token.as_ref().unwrap()).await);
    for turn in 0..6 {
        let (one, other) = if turn % 2 == 0 { (&new, &old) } else { (&old, &new) };
        let (access, next) = refreshed(one, &refresh).await.expect("a pair");
        assert!(is_valid(other, &access).await, "{turn}");
        refresh = next;
    }
    old.stop().await;
    new.stop().await;
}

/// As a release before the key was derived: signed with the secret itself.
async fn tokens_that_the_secret_itself_signed_are_accepted_for_one_lifetime(app: &TestApp) {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let (ada, _) = registered(app, "ada@example.com").await;
    let key = EncodingKey::from_secret(SECRET_KEY.as_bytes());
    let mut kid = sign(b"latchkey kid", &key, Algorithm::HS256).unwrap();
    kid.truncate(22);
    let token = ada.token.unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let older = |exp: Option<i64>| {
        let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        claims.as_object_mut().unwrap().remove("client_id");
        if let Some(later) = exp {
            claims["iat"] = json!(later);
            claims["exp"] = json!(later + 60);
        }
        let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid });
        let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    assert!(is_valid(app, &older(None)).await);
    app.clock.advance(chrono::TimeDelta::minutes(20));
    let now = app.clock.to_clock().now().timestamp();
    assert_eq!(app.anonymous().verify(&older(Some(now))).await["reason"], "INVALID", "the key is no longer accepted");
}

async fn the_client_id_is_a_claim(app: &TestApp) {
    let (ada, _) = registered(app, "ada@example.com").await;
    let document = "query($token: String!) { verifyToken(token: $token) { claims { clientId } } }";
    let answer = app.anonymous().execute(document, json!({ "token": ada.token })).await;
    assert_eq!(at(&answer, "data.verifyToken.claims.clientId"), "latchkey");
}
