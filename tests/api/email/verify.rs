//! `requestEmailVerification` and `verifyEmail`.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(registered(crate::support::mail::default_settings):
    a_registered_user_gets_a_link_to_verify_the_address,
    a_new_verification_mail_leaves_the_one_before_valid,
    a_missing_or_verified_address_cannot_be_verified,
    one_of_twenty_concurrent_uses_of_a_ticket_succeeds,
    a_ticket_expires,
    a_ticket_is_valid_for_one_purpose,
    a_ticket_is_valid_for_one_user,
    a_forged_ticket_is_invalid,
    mails_to_a_user_are_limited,
);

async fn a_registered_user_gets_a_link_to_verify_the_address(app: &AppWithMail) {
    let address = app.address("Ada");
    let answer = app.anonymous().register(&address).await;
    let text = |path: &str| at(&answer, path).as_str().expect("text").to_owned();
    assert_eq!(at(&answer, "data.register.user.emailVerified"), false);
    let ada = app.with_token(&text("data.register.tokens.accessToken"));

    let mail = app.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/verify-email#token="), "{}", mail.link());
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("accounts@example.com", address.as_str()));
    let answer = app.anonymous().verify_email(mail.token()).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    assert_eq!(at(&answer, "data.verifyEmail.user.email"), &json!(address));
    assert_eq!(profile(&ada).await["emailVerified"], true);

    let claims = "query($token: String!) { verifyToken(token: $token) { claims { emailVerified } } }";
    let old = app.anonymous().execute(claims, json!({ "token": ada.token })).await;
    assert_eq!(
        at(&old, "data.verifyToken.claims.emailVerified"),
        false,
        "the claim is that of the time when the token was issued"
    );
    let fresh = app.anonymous().refresh(&text("data.register.tokens.refreshToken")).await;
    let fresh = at(&fresh, "data.refreshToken.tokens.accessToken");
    let fresh = app.anonymous().execute(claims, json!({ "token": fresh })).await;
    assert_eq!(at(&fresh, "data.verifyToken.claims.emailVerified"), true);

    let again = app.anonymous().verify_email(mail.token()).await;
    assert_eq!(outcome(&again, "verifyEmail"), ("TicketRejected", "USED"));
}

async fn a_new_verification_mail_leaves_the_one_before_valid(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    let first = app.token_to(&address).await;

    let answer = ada.request_email_verification().await;
    assert_eq!(at(&answer, "data.requestEmailVerification.email"), &json!(address));
    let second = app.token_to(&address).await;
    let answer = ada.verify_email(&first).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    let answer = ada.verify_email(&second).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "USED"));
}

async fn a_missing_or_verified_address_cannot_be_verified(app: &AppWithMail) {
    let ada = app.verified("ada").await;
    let answer = ada.request_email_verification().await;
    assert_eq!(at(&answer, "data.requestEmailVerification.code"), "EMAIL_ALREADY_VERIFIED");

    let answer = app.anonymous().register_with(json!({ "username": "bob", "password": PASSWORD })).await;
    let bob = app.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap());
    assert_eq!(profile(&bob).await["emailVerified"], json!(null));
    let answer = bob.request_email_verification().await;
    assert_eq!(at(&answer, "data.requestEmailVerification.code"), "NO_EMAIL_ADDRESS");

    let answer = app.anonymous().request_email_verification().await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    assert_eq!(app.unread(&app.address("ada")).await, 0);
}

async fn one_of_twenty_concurrent_uses_of_a_ticket_succeeds(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    let token = app.token_to(&address).await;
    let answers = join_all((0..20).map(|_| ada.verify_email_with(&token, json!(null)))).await;
    let count = |expected| answers.iter().filter(|answer| outcome(answer, "verifyEmail") == expected).count();
    assert_eq!((count(("VerifyEmailSuccess", "")), count(("TicketRejected", "USED"))), (1, 19), "{answers:?}");
}

async fn a_ticket_expires(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    let token = app.token_to(&address).await;
    app.all_sent().await;
    app.clock.advance(TimeDelta::hours(24));
    let answer = app.anonymous().verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "EXPIRED"));
}

async fn a_ticket_is_valid_for_one_purpose(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    let to_verify = app.token_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let to_reset = app.token_to(&address).await;

    let answer = app.anonymous().verify_email(&to_reset).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "INVALID"));
    let answer = app.anonymous().reset_password(&to_verify, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
    for token in [&to_verify, &to_reset] {
        let answer = ada.confirm_email_change(token).await;
        assert_eq!(outcome(&answer, "confirmEmailChange"), ("TicketRejected", "INVALID"));
    }
    let answer = app.anonymous().verify_email(&to_verify).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "the ticket is still valid: {answer}");
}

async fn a_ticket_is_valid_for_one_user(app: &AppWithMail) {
    let (ada, bob) = (app.address("ada"), app.address("bob"));
    app.registered(&ada).await;
    let bob = app.registered(&bob).await;
    let token = app.token_to(&ada).await;
    let answer = bob.verify_email_with(&token, json!(null)).await;
    assert_eq!(at(&answer, "data.verifyEmail.code"), "INVALID_CREDENTIALS", "{answer}");
    assert_eq!(profile(&bob).await["emailVerified"], false);
    let answer = app.with_token("an invalid one").verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
}

async fn a_forged_ticket_is_invalid(app: &AppWithMail) {
    for token in ["", "invented", &"A".repeat(43), &"A".repeat(60_000), "\0", "ä"] {
        let answer = app.anonymous().verify_email(token).await;
        assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "INVALID"), "{token:.50}");
    }
}

async fn mails_to_a_user_are_limited(app: &AppWithMail) {
    app.clock.stop();
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    for _ in 0..5 {
        let answer = ada.request_email_verification().await;
        assert_eq!(outcome(&answer, "requestEmailVerification").0, "RequestEmailVerificationSuccess", "{answer}");
    }
    let answer = ada.request_email_verification().await;
    assert_eq!(at(&answer, "data.requestEmailVerification.code"), "TOO_MANY_ATTEMPTS");
    // Other operations have their own limits, for an address in all of its spellings.
    for n in 0..6 {
        let spelling = if n % 2 == 0 { address.to_uppercase() } else { address.clone() };
        let answer = app.anonymous().request_password_reset(&spelling).await;
        let expected = if n < 5 { "RequestPasswordResetSuccess" } else { "TooManyAttempts" };
        assert_eq!(outcome(&answer, "requestPasswordReset").0, expected, "{answer}");
        // The limit is for this user, whatever the address.
        let answer = ada.request_email_change(&app.address(&format!("new{n}")), PASSWORD).await;
        let expected = if n < 5 { "RequestEmailChangeSuccess" } else { "TooManyAttempts" };
        assert_eq!(outcome(&answer, "requestEmailChange").0, expected, "{answer}");
    }

    app.clock.advance(TimeDelta::minutes(12));
    let answer = ada.request_email_verification().await;
    assert_eq!(outcome(&answer, "requestEmailVerification").0, "RequestEmailVerificationSuccess", "{answer}");
}
