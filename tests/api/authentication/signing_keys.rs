//! Signing keys: they are published before they sign, and accepted until their last token has expired.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use latchkey::secrets::{Algorithm, KeyFolder, LEEWAY};
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, SECRET_KEY, TestApp, at,
    database::TestDatabase,
    on_both_databases,
    program::{Server, latchkey},
};

on_both_databases![
    every_algorithm_signs_and_is_published,
    a_rotation_rejects_no_valid_token,
    a_retired_key_is_rejected_immediately,
    a_public_key_is_not_accepted_as_a_secret_of_another_algorithm,
    a_secret_is_never_published,
];

const FIFTEEN_MINUTES: TimeDelta = TimeDelta::minutes(15);

/// An app that signs with asymmetric keys, and the folder of the keys.
async fn app_with_keys(app: &TestApp, algorithm: Algorithm) -> (TestApp, KeyFolder, PathBuf) {
    let database = TestDatabase::create(app.kind).await;
    let path = database.folder.path().join("keys");
    let folder = KeyFolder::new(path.clone(), FIFTEEN_MINUTES + LEEWAY);
    folder.generate(algorithm, now(app)).unwrap();
    let signing = TestApp::start_with(app.kind, database, |config| {
        config.access_tokens.algorithm = algorithm;
        config.access_tokens.signing_keys.clone_from(&path);
    });
    (signing.await, folder, path)
}

fn now(app: &TestApp) -> DateTime<Utc> {
    app.clock.to_clock().now()
}

async fn published(app: &TestApp) -> Vec<Value> {
    let response = reqwest::get(app.url("/.well-known/jwks.json")).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    let set: Value = response.json().await.unwrap();
    set["keys"].as_array().unwrap().clone()
}

fn kids(keys: &[Value]) -> Vec<&str> {
    keys.iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Waits until the server has read the folder again.
async fn until_published(app: &TestApp, kid: &str, is_there: bool) -> Vec<Value> {
    for _ in 0..100 {
        let keys = published(app).await;
        if kids(&keys).contains(&kid) == is_there {
            return keys;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the folder was not read again");
}

async fn every_algorithm_signs_and_is_published(app: &TestApp) {
    for (name, algorithm) in Algorithm::ALL.into_iter().filter(|(_, algorithm)| !algorithm.is_symmetric()) {
        let (signing, _, path) = app_with_keys(app, algorithm).await;
        let ada = signing.registered("ada@example.com").await;
        assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com", "{name}");

        let keys = published(&signing).await;
        let header = part(ada.token.as_deref().unwrap(), 0);
        assert_eq!(header, json!({ "alg": name, "typ": "at+jwt", "kid": keys[0]["kid"] }));
        assert_eq!((&keys[0]["alg"], &keys[0]["use"]), (&json!(name), &json!("sig")));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(keys[0].get(private), None, "{name}: {private}");
        }
        #[cfg(unix)]
        for file in fs::read_dir(&path).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        signing.stop().await;
    }
}

async fn a_rotation_rejects_no_valid_token(app: &TestApp) {
    let (app, folder, path) = app_with_keys(app, Algorithm::EdDSA).await;
    let first = published(&app).await[0]["kid"].as_str().unwrap().to_owned();
    let early = app.registered("ada@example.com").await;

    let rotation = folder.rotate(Algorithm::EdDSA, false, now(&app)).unwrap();
    let wait = (rotation.signs_from - now(&app)).num_seconds();
    assert!((590..=600).contains(&wait), "{wait}");
    let again = folder.rotate(Algorithm::EdDSA, false, now(&app)).unwrap();
    assert_eq!(
        (&again.kid, again.signs_from),
        (&rotation.kid, rotation.signs_from),
        "a repeated rotation changes nothing"
    );

    until_published(&app, &rotation.kid, true).await;
    let waiting = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(
        part(waiting.token.as_deref().unwrap(), 0)["kid"],
        *first,
        "the new key is published, and does not sign yet"
    );

    app.clock.advance(TimeDelta::minutes(11));
    let late = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(part(late.token.as_deref().unwrap(), 0)["kid"], *rotation.kid);
    for client in [&early, &waiting, &late] {
        assert_eq!(client.token_rejection().await, Value::Null);
    }

    app.clock.advance(TimeDelta::minutes(13));
    assert!(kids(&published(&app).await).contains(&&*first), "its last token may be valid until now");
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(kids(&published(&app).await), [&rotation.kid]);
    assert_eq!(app.logged_in("ada@example.com", PASSWORD).await.token_rejection().await, Value::Null);

    folder.rotate(Algorithm::ES256, true, now(&app)).unwrap();
    assert!(!path.join(format!("{first}.json")).exists(), "the next rotation removes expired keys");
    app.stop().await;
}

async fn a_retired_key_is_rejected_immediately(app: &TestApp) {
    let (app, folder, path) = app_with_keys(app, Algorithm::ES256).await;
    let first = published(&app).await[0]["kid"].as_str().unwrap().to_owned();
    let ada = app.registered("ada@example.com").await;
    assert!(folder.retire(&first, now(&app)).unwrap_err().to_string().contains("is the current key"));
    assert!(folder.retire("unknown", now(&app)).is_err());

    let rotation = folder.rotate(Algorithm::EdDSA, true, now(&app)).unwrap();
    let later = folder.rotate(Algorithm::EdDSA, false, now(&app)).unwrap();
    assert_eq!(later.signs_from, rotation.signs_from, "an urgent rotation stays urgent");
    until_published(&app, &rotation.kid, true).await;
    app.clock.advance(TimeDelta::seconds(6));
    fs::write(path.join("notes.json"), "no key").unwrap();
    assert_eq!(ada.token_rejection().await, Value::Null);
    folder.retire(&first, now(&app)).unwrap();
    until_published(&app, &first, false).await;
    assert_eq!(ada.token_rejection().await, "INVALID");
    let later = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(part(later.token.as_deref().unwrap(), 0)["alg"], "EdDSA");

    // Removing the file of the last key removes the key.
    fs::remove_file(path.join(format!("{}.json", rotation.kid))).unwrap();
    until_published(&app, &rotation.kid, false).await;
    assert_eq!(later.token_rejection().await, "INVALID");
    assert_eq!(reqwest::get(app.url("/readyz")).await.unwrap().status(), 503);
    app.stop().await;
}

/// RFC 8725, section 2.1: the public key of one algorithm must not be accepted as the secret of another.
async fn a_public_key_is_not_accepted_as_a_secret_of_another_algorithm(app: &TestApp) {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256] {
        let (app, _, _) = app_with_keys(app, algorithm).await;
        let ada = app.registered("ada@example.com").await;
        let token = ada.token.as_deref().unwrap();
        let key = published(&app).await.remove(0);
        let (kid, claims) = (&key["kid"], part(token, 1));

        let public = ["x", "y", "n"].map(|name| key[name].as_str().unwrap_or_default().to_owned());
        let bytes = public.iter().map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        let secrets = public.iter().map(|text| text.clone().into_bytes()).chain(bytes);
        let whole = [key.to_string().into_bytes(), SECRET_KEY.as_bytes().to_vec()];
        for secret in secrets.chain(whole).filter(|secret| !secret.is_empty()) {
            let forged = sign_hs256(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }), &claims, &secret);
            assert_eq!(ada.verify(&forged).await["reason"], "INVALID");
        }
        for alg in ["none", "HS256", "EdDSA", "ES256", "RS256", "RS384", "PS256", "ES384"] {
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "at+jwt", "kid": kid }).to_string());
            let (_, rest) = token.split_once('.').unwrap();
            let (body, signature) = rest.split_once('.').unwrap();
            for signature in [signature, ""] {
                let forged = format!("{header}.{body}.{signature}");
                let valid = part(&forged, 0) == part(token, 0) && !signature.is_empty();
                assert_eq!(ada.verify(&forged).await["valid"].as_bool(), Some(valid && forged == token), "{alg}");
            }
        }
        app.stop().await;
    }
}

fn sign_hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let key = jsonwebtoken::EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

async fn a_secret_is_never_published(app: &TestApp) {
    app.registered("ada@example.com").await;
    assert_eq!(published(app).await, Vec::<Value>::new());
    // The issuer is not a URL, so clients cannot look for its metadata here.
    let metadata = reqwest::get(app.url("/.well-known/openid-configuration")).await.unwrap();
    assert_eq!(metadata.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keys_command_generates_rotates_and_retires_keys() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = latchkey(folder.path(), arguments).env("ALGORITHM", "EdDSA").output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (_, first, _) = run(&["keys", "generate"]);
    let (_, second, _) = run(&["keys", "generate"]);
    let (first, second) = (first.trim(), second.trim());
    let (_, list, _) = run(&["keys", "list"]);
    assert!(list.contains(&format!("{first}  EdDSA  current")), "{list}");
    assert!(list.contains(&format!("{second}  EdDSA  next     waits for a rotation")), "{list}");

    let mut command = latchkey(folder.path(), &["--algorithm", "EdDSA"]);
    command.env("TOKEN_ISSUER", "https://accounts.example.com/");
    let server = Server::start(command);
    let metadata = server.endpoint.replace("/graphql", "/.well-known/oauth-authorization-server");
    let metadata: Value = reqwest::get(metadata).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["jwks_uri"], "https://accounts.example.com/.well-known/jwks.json");
    server.stop();

    assert!(run(&["keys", "rotate"]).1.starts_with(&format!("{second} signs from ")));
    assert!(run(&["keys", "retire", first]).2.contains("is the current key"));
    assert_eq!(run(&["keys", "retire", second]), (true, format!("{second} is removed\n"), String::new()));
    let (succeeded, _, stderr) = run(&["--algorithm", "HS256", "keys", "generate"]);
    assert!(!succeeded && stderr.contains("SECRET_KEY"), "{stderr}");
    let postgres = ["--database-url", "postgres://127.0.0.1:1/x", "--migrate-on-start", "false"];
    let (succeeded, _, stderr) =
        run(&[&postgres[..], &["--secret-key", SECRET_KEY, "--signing-keys", "elsewhere"]].concat());
    assert!(!succeeded && stderr.contains("latchkey keys generate"), "{stderr}");

    let file = folder.path().join(format!("latchkey-keys/{first}.json"));
    fs::write(&file, "{}").unwrap();
    assert!(run(&["keys", "list"]).2.contains("does not contain a signing key"));
    let (_, third, _) = run(&["keys", "generate"]);
    assert!(run(&["keys", "list"]).1.contains(third.trim()), "an invalid file does not affect other keys");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(run(&["keys", "list"]).2.contains("can be read by others"));
    }
}
