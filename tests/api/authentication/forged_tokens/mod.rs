//! Forged and malformed access tokens. A token that this server did not sign is `INVALID`, without further details.

mod claims;
mod header;
mod shape;
mod signature;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
use serde_json::Value;

use crate::support::{SECRET_KEY, TestApp};

/// A valid token and its decoded parts.
struct Parts {
    header: Value,
    claims: Value,
    token: String,
}

impl Parts {
    async fn of_a_valid_token(app: &TestApp) -> Self {
        let token = app.registered("ada@example.com").await.token.unwrap();
        let part = |n: usize| {
            let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        Self { header: part(0), claims: part(1), token: token.clone() }
    }

    /// The same token with another header, signed with the key of the server.
    fn with_header(&self, change: &Value) -> String {
        signed(&merged(&self.header, change), &self.claims)
    }

    /// The same token with other claims, signed with the key of the server.
    fn with_claims(&self, change: &Value) -> String {
        signed(&self.header, &merged(&self.claims, change))
    }
}

/// An object with changed fields; null removes a field.
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

/// The key that the server derives from its secret.
fn signing_key() -> Vec<u8> {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, SECRET_KEY.as_bytes());
    hmac::sign(&secret, b"latchkey access token: HS256").as_ref().to_vec()
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string(), &signing_key())
}

fn signed_text(header: &str, claims: &str, key: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(message.as_bytes(), &EncodingKey::from_secret(key), Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

async fn all_have(app: &TestApp, reason: &str, tokens: impl IntoIterator<Item = String>) {
    for token in tokens {
        let verified = app.anonymous().verify(&token).await;
        assert_eq!(verified["reason"], reason, "{token}");
        assert_eq!((&verified["valid"], &verified["user"]), (&Value::from(false), &Value::Null), "{token}");
    }
}
