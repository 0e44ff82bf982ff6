//! Only mails that are really sent count for the limit of all mails.

use crate::support::{
    at,
    client::Client,
    mail::{AppWithMail, with_mail},
};

with_mail!(few(crate::throttle::mail::few_mails):
    requests_without_a_mail_do_not_use_up_the_mails_of_all,
    mails_that_were_sent_do,
);

fn few_mails(config: &mut latchkey::config::Config) {
    config.attempts.overall = 8;
    config.server.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
}

async fn request(client: &Client, address: &str) -> bool {
    let answer = client.request_password_reset(address).await;
    at(&answer, "data.requestPasswordReset.__typename") == "RequestPasswordResetSuccess"
}

async fn requests_without_a_mail_do_not_use_up_the_mails_of_all(app: &AppWithMail) {
    app.clock.stop();
    for n in 0..40 {
        let there = app.anonymous().forwarded_for(&format!("203.0.{n}.1"));
        assert!(request(&there, &app.address(&format!("made-up-{n}"))).await);
        assert!(request(&there, &app.address(&format!("made-up-too-{n}"))).await, "the second of a network");
    }
}

async fn mails_that_were_sent_do(app: &AppWithMail) {
    app.clock.stop();
    // Eight mails, one to each new user.
    for n in 0..8 {
        let there = app.anonymous().forwarded_for(&format!("198.51.{n}.1"));
        there.register(&app.address(&format!("user-{n}"))).await;
        app.mail_to(&app.address(&format!("user-{n}"))).await;
    }
    app.all_sent().await;
    for n in 0..3 {
        let there = app.anonymous().forwarded_for(&format!("203.0.{n}.1"));
        assert!(request(&there, &app.address("unknown")).await, "the first of a network");
        assert!(!request(&there, &app.address("unknown")).await, "the second of a network");
    }
}
