//! Checks the signature of an access token, and that its header is exactly the one that Latchkey writes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{algorithm::Algorithm, claims::Claims, keyring::Keyring, signing_key::SigningKey};

/// The `typ` of an access token (RFC 9068 §2.1).
pub(super) const TYP: &str = "at+jwt";

/// The header. Other fields are refused, so that `crit`, `jwk`, `jku`, `x5u` and the like are never processed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: Algorithm,
    typ: &'a str,
    kid: &'a str,
}

/// The claims of a token, if the key that it names signed it.
///
/// The library checks only the signature. Its check of the claims accepts tokens without them, and reads its own clock,
/// with a leeway of one minute.
pub(super) fn verified_claims(keys: &Keyring, token: &str, now: DateTime<Utc>) -> Option<Claims> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let key = key_of(keys, header, now)?;
    let algorithm = key.algorithm.to_jsonwebtoken();
    let is_signed = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.decoding, algorithm).ok()?;
    let json = URL_SAFE_NO_PAD.decode(claims).ok().filter(|_| is_signed)?;
    serde_json::from_slice(&json).ok()
}

/// The key that a header names. The key decides the algorithm, not the token.
fn key_of<'k>(keys: &'k Keyring, header: &str, now: DateTime<Utc>) -> Option<&'k SigningKey> {
    let json = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: Header<'_> = serde_json::from_slice(&json).ok()?;
    let key = keys.accepted(header.kid, now)?;
    (header.alg == key.algorithm && header.typ == TYP).then_some(key)
}
