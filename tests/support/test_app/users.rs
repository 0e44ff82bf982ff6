//! Clients for the users of a test.

use super::TestApp;
use crate::support::client::Client;

impl TestApp {
    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.url("/graphql"), None)
    }

    /// A client with this token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.url("/graphql"), Some(token.to_owned()))
    }

    /// A client whose user has registered with this address and `PASSWORD`.
    pub async fn registered(&self, email: &str) -> Client {
        let answer = self.anonymous().register(email).await;
        self.with_token(answer["data"]["register"]["tokens"]["accessToken"].as_str().expect("registered"))
    }

    /// A client with a new session of an existing user.
    pub async fn logged_in(&self, identifier: &str, password: &str) -> Client {
        let answer = self.anonymous().login(identifier, password).await;
        self.with_token(answer["data"]["login"]["tokens"]["accessToken"].as_str().expect("logged in"))
    }

    /// A client of an admin. The role is written to the database, since no operation grants it.
    pub async fn admin(&self) -> Client {
        let admin = self.registered("admin@example.com").await;
        self.sql("UPDATE users SET role = 'admin' WHERE email = 'admin@example.com'").await;
        admin
    }
}
