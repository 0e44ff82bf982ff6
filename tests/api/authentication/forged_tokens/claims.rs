//! Tokens with wrong claims and a right signature.

use serde_json::json;

use super::{Parts, all_have, signed_text, signing_key};
use crate::support::{TestApp, on_both_databases};

on_both_databases![tokens_with_wrong_claims_and_a_right_signature_are_rejected, the_times_in_a_token_are_checked,];

async fn tokens_with_wrong_claims_and_a_right_signature_are_rejected(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    let iat = valid.claims["iat"].as_i64().unwrap();

    let mut forged = vec![];
    for missing in ["iss", "aud", "sub", "exp", "iat", "jti", "sid"] {
        forged.push(json!({ missing: null }));
    }
    for iss in [json!("other"), json!(""), json!(["latchkey"]), json!("Latchkey"), json!(1)] {
        forged.push(json!({ "iss": iss }));
    }
    for aud in [json!("other"), json!(["other"]), json!([]), json!(0), json!([0]), json!({}), json!("latchkey")] {
        forged.push(json!({ "aud": aud }));
    }
    for sub in [json!(""), json!("ada"), json!(1), json!(["01a1fde1-c0bc-7b72-8c94-579e61b3219e"])] {
        forged.push(json!({ "sub": sub }));
        forged.push(json!({ "sid": sub }));
    }
    for exp in
        [json!("9999999999"), json!(9e99), json!(iat + 900).to_string().into(), json!(1.5), json!(true), json!(-1)]
    {
        forged.push(json!({ "exp": exp }));
        forged.push(json!({ "iat": exp }));
    }
    // Longer than any server allows, no duration, a negative one, and one that overflows.
    for exp in [iat + 86_401, iat + 31_536_000, iat, iat - 1, i64::MAX] {
        forged.push(json!({ "exp": exp }));
    }
    forged.push(json!({ "iat": i64::MIN }));
    forged.push(json!({ "nbf": "soon" }));
    all_have(app, "INVALID", forged.into_iter().map(|change| valid.with_claims(&change))).await;

    let header = valid.header.to_string();
    let twice = valid.claims.to_string().replacen('{', r#"{"sub":"01a1fde1-c0bc-7b72-8c94-579e61b3219e","#, 1);
    all_have(
        app,
        "INVALID",
        [twice.as_str(), "", "null", "[]", "{}"].map(|claims| signed_text(&header, claims, &signing_key())),
    )
    .await;

    // The session of another user, and an unknown session: signed, and never issued.
    let other = app.registered("bob@example.com").await.id().await;
    all_have(app, "REVOKED", [valid.with_claims(&json!({ "sub": other }))]).await;
    all_have(app, "REVOKED", [valid.with_claims(&json!({ "sid": "01a1fde1-c0bc-7b72-8c94-579e61b3219e" }))]).await;
}

async fn the_times_in_a_token_are_checked(app: &TestApp) {
    let valid = Parts::of_a_valid_token(app).await;
    let iat = valid.claims["iat"].as_i64().unwrap();
    all_have(app, "EXPIRED", [valid.with_claims(&json!({ "iat": iat - 900, "exp": iat }))]).await;
    // Issued while the setting was longer: the token expires with the present setting.
    for exp in [iat + 1, iat + 3600] {
        all_have(app, "EXPIRED", [valid.with_claims(&json!({ "iat": iat - 900, "exp": exp }))]).await;
        let fresh = valid.with_claims(&json!({ "exp": exp.max(iat + 60) }));
        assert_eq!(app.anonymous().verify(&fresh).await["valid"], true, "{exp}");
    }
    all_have(app, "NOT_YET_VALID", [valid.with_claims(&json!({ "nbf": iat + 60 }))]).await;
    all_have(app, "NOT_YET_VALID", [valid.with_claims(&json!({ "iat": iat + 60, "exp": iat + 120 }))]).await;
    // A token with an additional claim, as a newer version may issue, or with a shorter lifetime is valid.
    let newer = valid.with_claims(&json!({ "email_verified": true, "exp": iat + 60 }));
    assert_eq!(app.anonymous().verify(&newer).await["valid"], true);
}
