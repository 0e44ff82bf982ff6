//! The ways in which people may come in: at once, by way of a mail, or not at all.

use latchkey::{accounts::Registration, config::Config};
use serde_json::json;

use crate::support::{
    PASSWORD, at,
    metrics::value,
    with_mail::{OTHER, PostedHouse, outcome, profile, with_mail},
};

with_mail!(to_be_confirmed(crate::registration::pending::confirmed):
    who_follows_the_link_is_a_user,
    of_an_address_with_an_account_only_its_owner_hears,
    known_and_unknown_addresses_are_the_same_work,
    without_an_address_there_is_nothing_to_confirm,
    a_username_is_no_secret,
    each_link_is_for_the_password_that_was_chosen_with_it,
    mails_to_one_address_are_limited,
);

with_mail!(closed(crate::registration::pending::nobody):
    nobody_registers,
);

with_mail!(to_be_verified(crate::registration::pending::verified):
    who_did_not_show_that_the_address_is_theirs_is_not_let_in,
    who_has_no_address_is_let_in,
);

with_mail!(to_be_verified_and_confirmed(crate::registration::pending::both):
    who_follows_the_link_is_a_user,
);

fn confirmed(config: &mut Config) {
    config.registration = Registration::Confirm;
}

fn nobody(config: &mut Config) {
    config.registration = Registration::Closed;
}

fn verified(config: &mut Config) {
    config.email_must_be_verified = true;
}

fn both(config: &mut Config) {
    config.registration = Registration::Confirm;
    config.email_must_be_verified = true;
}

async fn who_follows_the_link_is_a_user(house: &PostedHouse) {
    let address = house.address("Ada");
    let input = json!({ "email": address, "username": "ada", "displayName": "Ada", "password": PASSWORD });
    let answer = house.anonymous().register_with(input).await;
    assert_eq!(at(&answer, "data.register"), &json!({ "__typename": "RegistrationPending", "email": address }));
    assert_eq!(house.count("users").await, 0);
    assert_eq!(at(&house.anonymous().login(&address, PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");

    let mail = house.mail_to(&address).await;
    assert!(!mail.text.contains("Ada,"), "a stranger may get it, with whatever somebody wrote there: {}", mail.text);
    let token = mail.token().to_owned();
    let answer = house.anonymous().verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    let ada = profile(&house.logged_in(&address, PASSWORD).await).await;
    assert_eq!(&ada, at(&answer, "data.verifyEmail.user"));
    assert_eq!((&ada["username"], &ada["displayName"]), (&json!("ada"), &json!("Ada")));
    assert_eq!((&ada["email"], &ada["emailVerified"]), (&json!(address), &json!(true)));
    assert_eq!(house.count("newcomers").await, 0);

    let answer = house.anonymous().verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "USED"));
}

async fn of_an_address_with_an_account_only_its_owner_hears(house: &PostedHouse) {
    let address = house.address("ada");
    house.anonymous().register(&address).await;
    let token = house.token_to(&address).await;
    house.anonymous().verify_email(&token).await;

    let again = json!({ "email": address.to_uppercase(), "password": OTHER });
    let answer = house.anonymous().register_with(again).await;
    let pending = json!({ "__typename": "RegistrationPending", "email": address.to_uppercase() });
    assert_eq!(at(&answer, "data.register"), &pending, "the same as for any other");
    let mail = house.mail_to(&address).await;
    assert!(!mail.text.contains("token="), "{}", mail.text);
    assert_eq!(house.unread(&address).await, 0);
    house.logged_in(&address, PASSWORD).await;
    assert_eq!(at(&house.anonymous().login(&address, OTHER).await, "data.login.code"), "INVALID_CREDENTIALS");
}

async fn known_and_unknown_addresses_are_the_same_work(house: &PostedHouse) {
    let known = house.address("ada");
    house.anonymous().register(&known).await;
    let token = house.token_to(&known).await;
    house.anonymous().verify_email(&token).await;

    let work = async |address: String, password: &'static str| {
        let asked = async || value(&house.metrics().await, r#"latchkey_events_total{event="authn_token_created"}"#);
        let before = (house.hash_rounds().await, asked().await, house.count("newcomers").await);
        house.anonymous().register_with(json!({ "email": address, "password": password })).await;
        house.anonymous().login(&address, "a wrong password").await;
        house.anonymous().request_password_reset(&address).await;
        let after = (house.hash_rounds().await, asked().await, house.count("newcomers").await);
        (after.0 - before.0, after.1 - before.1, after.2 - before.2)
    };
    let (of_known, of_unknown) = (work(known, PASSWORD).await, work(house.address("eve"), PASSWORD).await);
    assert_eq!(of_known, (2 << 4, 2, 1));
    assert_eq!(of_unknown, of_known);
}

async fn without_an_address_there_is_nothing_to_confirm(house: &PostedHouse) {
    let answer = house.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.violations.0.path"), &json!(["input", "email"]));
    assert_eq!(at(&answer, "data.register.violations.0.rule"), "REQUIRED");
}

async fn a_username_is_no_secret(house: &PostedHouse) {
    let register = async |name: &str| {
        let input = json!({ "email": house.address(name), "username": "Ada", "password": PASSWORD });
        house.anonymous().register_with(input).await
    };
    register("ada").await;
    register("bob").await;
    let [first, second] = [house.token_to(&house.address("ada")).await, house.token_to(&house.address("bob")).await];
    let answer = house.anonymous().verify_email(&second).await;
    assert_eq!(at(&answer, "data.verifyEmail.user.username"), "Ada", "who comes first has it");
    let answer = house.anonymous().verify_email(&first).await;
    assert_eq!(at(&answer, "data.verifyEmail.user.username"), &json!(null));
    house.logged_in(&house.address("ada"), PASSWORD).await;
    assert_eq!(at(&register("eve").await, "data.register.code"), "USERNAME_TAKEN");
}

/// Somebody registers with an address that is not theirs and a password that they know; the owner's own registration
/// stays the owner's.
async fn each_link_is_for_the_password_that_was_chosen_with_it(house: &PostedHouse) {
    let address = house.address("ada");
    house.anonymous().register_with(json!({ "email": address, "password": "the password of a thief" })).await;
    let of_thief = house.token_to(&address).await;
    house.anonymous().register_with(json!({ "email": address, "password": PASSWORD })).await;
    let of_owner = house.token_to(&address).await;
    house.anonymous().register_with(json!({ "email": address, "password": "the password of a thief" })).await;

    let answer = house.anonymous().verify_email(&of_owner).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    house.logged_in(&address, PASSWORD).await;
    let answer = house.anonymous().verify_email(&of_thief).await;
    assert_eq!(at(&answer, "data.verifyEmail.code"), "EMAIL_TAKEN");
    let answer = house.anonymous().login(&address, "the password of a thief").await;
    assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS");
}

async fn mails_to_one_address_are_limited(house: &PostedHouse) {
    house.hands.stop();
    let address = house.address("ada");
    for _ in 0..5 {
        let answer = house.anonymous().register(&address).await;
        assert_eq!(outcome(&answer, "register").0, "RegistrationPending", "{answer}");
    }
    let answer = house.anonymous().register(&address).await;
    assert_eq!(at(&answer, "data.register.code"), "TOO_MANY_ATTEMPTS");
}

async fn nobody_registers(house: &PostedHouse) {
    let answer = house.anonymous().register(&house.address("ada")).await;
    assert_eq!(at(&answer, "data.register.code"), "REGISTRATION_CLOSED");
    assert_eq!((house.count("users").await, house.hash_rounds().await), (0, 0));
}

async fn who_did_not_show_that_the_address_is_theirs_is_not_let_in(house: &PostedHouse) {
    let address = house.address("ada");
    let answer = house.anonymous().register(&address).await;
    assert_eq!(at(&answer, "data.register"), &json!({ "__typename": "RegistrationPending", "email": address }));
    let first = house.token_to(&address).await;
    let again = house.anonymous().register(&address).await;
    assert_eq!(at(&again, "data.register.code"), "EMAIL_TAKEN");

    let answer = house.anonymous().login(&address, "a wrong password").await;
    assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS", "only who knows the password hears more");
    let answer = house.anonymous().login(&address, PASSWORD).await;
    assert_eq!(at(&answer, "data.login.code"), "EMAIL_NOT_VERIFIED");
    let second = house.token_to(&address).await;
    assert_eq!(house.count("sessions").await, 0);

    let answer = house.anonymous().verify_email(&first).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "INVALID"));
    house.anonymous().verify_email(&second).await;
    let ada = house.logged_in(&address, PASSWORD).await;
    assert_eq!(profile(&ada).await["emailVerified"], true);

    // Whose address is not known to be theirs any more, is out at once.
    house.sql("UPDATE users SET email_verified_at = NULL").await;
    assert_eq!(ada.rejection().await, "REVOKED");
    let mails = async || {
        assert_eq!(at(&house.anonymous().login(&address, PASSWORD).await, "data.login.code"), "EMAIL_NOT_VERIFIED");
    };
    for _ in 0..7 {
        mails().await;
    }
    let mails = house.unread(&address).await;
    assert!(
        (1..=4).contains(&mails),
        "however often somebody tries, no more than five, and not those that are overtaken: {mails}"
    );
}

async fn who_has_no_address_is_let_in(house: &PostedHouse) {
    let answer = house.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    let ada = house.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap());
    assert_eq!(profile(&ada).await["username"], "ada");
    // An address that they have shown to be theirs keeps nobody out, either.
    let address = house.address("ada");
    ada.request_email_change(&address, PASSWORD).await;
    let mail = house.mail_to(&address).await;
    ada.confirm_email_change(mail.token()).await;
    house.logged_in(&address, PASSWORD).await;
}
