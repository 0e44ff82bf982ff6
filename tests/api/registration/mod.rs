//! Registering a user.

mod hijacking;
mod pending;
mod register;

use crate::support::{TestApp, database::TestDatabase};

/// An app whose service has a name and a domain.
pub async fn of_acme(app: &TestApp) -> TestApp {
    let database = TestDatabase::create(app.kind).await;
    TestApp::start_with(app.kind, database, |config| {
        config.mail.from = "Acme Portal <accounts@acme.example>".parse().unwrap();
        config.mail.public_url = "https://portal.acme.example".parse().unwrap();
    })
    .await
}
