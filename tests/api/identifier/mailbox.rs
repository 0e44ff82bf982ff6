//! All spellings of one mailbox share the limit of mails, and a change between them warns nobody.

use latchkey::{accounts::Registration, config::Config};
use serde_json::json;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(open(crate::support::mail::default_settings):
    sixty_spellings_get_five_mails_with_a_link_to_a_new_password,
    a_reset_by_another_spelling_reaches_the_owner,
    a_change_to_another_spelling_warns_nobody,
    nobody_changes_to_the_mailbox_of_another_user,
);

with_mail!(confirmed(crate::identifier::mailbox::confirmed):
    the_owner_learns_of_a_registration_in_another_spelling,
    sixty_registrations_get_five_mails,
);

fn confirmed(config: &mut Config) {
    config.registration.mode = Registration::Confirm;
}

/// Spellings of an address in `example.com`: with a full-width letter in each place, and so in upper case.
fn sixty(address: &str) -> Vec<String> {
    let (local, domain) = address.split_once('@').unwrap();
    let wide = |c: char| char::from_u32(c as u32 - 0x21 + 0xff01).unwrap();
    let places = domain.char_indices().filter(|(_, c)| c.is_ascii_alphabetic());
    let one = places.flat_map(|(at, c)| [wide(c), wide(c.to_ascii_uppercase())].map(|wide| (at, wide)));
    let domains = one.map(|(at, wide)| format!("{}{wide}{}", &domain[..at], &domain[at + 1..]));
    let domains = domains.flat_map(|domain| [domain.replace('.', "\u{3002}"), domain.replace('.', "\u{ff61}"), domain]);
    domains.map(|domain| format!("{local}@{domain}")).collect()
}

async fn sixty_spellings_get_five_mails_with_a_link_to_a_new_password(app: &AppWithMail) {
    let address = app.address("max");
    app.registered(&address).await;
    app.mail_to(&address).await;
    let spellings = sixty(&address);
    assert_eq!(spellings.len(), 60);
    let mut accepted = 0;
    for spelling in &spellings {
        let answer = app.anonymous().request_password_reset(spelling).await;
        let result = at(&answer, "data.requestPasswordReset");
        accepted += usize::from(result["__typename"] == "RequestPasswordResetSuccess");
        assert!(accepted <= 5, "{answer}");
        // A mail that a newer one overtakes is not sent.
        app.all_sent().await;
    }
    assert_eq!((accepted, app.unread(&address).await), (5, 5));
}

async fn a_reset_by_another_spelling_reaches_the_owner(app: &AppWithMail) {
    let address = app.address("max");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&sixty(&address)[7]).await;
    let token = app.token_to(&address).await;
    let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    app.logged_in(&sixty(&address)[9], OTHER_PASSWORD).await;
}

async fn a_change_to_another_spelling_warns_nobody(app: &AppWithMail) {
    let address = app.address("caser");
    let client = app.verified("caser").await;
    for spelling in [address.to_uppercase(), address.replace("example", "ex\u{ff41}mple")] {
        let answer = client.request_email_change(&spelling, PASSWORD).await;
        assert_eq!(at(&answer, "data.requestEmailChange.email"), &json!(spelling), "{answer}");
        app.all_sent().await;
        let to = if app.unread(&address).await > 0 {
            address.clone()
        } else {
            spelling.to_uppercase().replace("EXAMPLE.COM", "example.com")
        };
        let token = app.token_to(&to).await;
        let answer = client.confirm_email_change(&token).await;
        assert_eq!(at(&answer, "data.confirmEmailChange.user.email"), &json!(spelling), "{answer}");
        assert_eq!((app.unread(&address).await, app.unread(&to).await), (0, 0), "no warning");
        app.logged_in(&address, PASSWORD).await;
    }
    assert_eq!(client.token_rejection().await, json!(null), "the session continues");
}

async fn nobody_changes_to_the_mailbox_of_another_user(app: &AppWithMail) {
    let (ada, bob) = (app.address("ada"), app.address("bob"));
    app.registered(&ada).await;
    let client = app.registered(&bob).await;
    app.all_sent().await;
    app.mail_to(&ada).await;
    for spelling in sixty(&ada).iter().step_by(13) {
        client.request_email_change(spelling, PASSWORD).await;
        assert!(!app.mail_to(&ada).await.text.contains("token="), "{spelling}");
    }
    assert_eq!(profile(&client).await["email"], json!(bob));
}

async fn the_owner_learns_of_a_registration_in_another_spelling(app: &AppWithMail) {
    let address = app.address("ada");
    app.anonymous().register(&address).await;
    let token = app.token_to(&address).await;
    app.anonymous().verify_email(&token).await;
    for spelling in sixty(&address).iter().step_by(20) {
        let answer = app.anonymous().register(spelling).await;
        assert_eq!(at(&answer, "data.register.__typename"), "RegistrationPending", "{answer}");
        assert!(!app.mail_to(&address).await.text.contains("token="), "{spelling}");
    }
    assert_eq!(app.count("users").await, 1);
}

async fn sixty_registrations_get_five_mails(app: &AppWithMail) {
    let address = app.address("max");
    app.clock.stop();
    for spelling in sixty(&address) {
        app.anonymous().register(&spelling).await;
    }
    assert_eq!(app.unread(&address).await, 5);
}
