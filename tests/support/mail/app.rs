//! Apps that send their mail to a mail server which all tests share.

use std::{
    collections::HashMap,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use latchkey::{config::Config, mail::MailDelivery};
use serde_json::{Value, json};

use super::{MailServer, ReceivedMail};
use crate::support::{
    TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
};

/// The events whose mail has been neither sent nor given up.
pub const PENDING: &str = "events WHERE due_at IS NOT NULL";

/// How long the delivery of a mail may take.
const IN_TIME: Duration = Duration::from_secs(20);

/// The URL of the frontend in these tests.
const PUBLIC_URL: &str = "https://app.example.com";

/// Runs each test on both databases, with a mail server and these settings.
macro_rules! with_mail {
    ($name:ident($settings:expr): $($test:ident),* $(,)?) => {
        mod $name {
            mod sqlite {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let kind = $crate::support::database::Kind::Sqlite;
                    $crate::support::mail::run(kind, $settings, |app| Box::pin(super::super::$test(app))).await;
                })*
            }
            mod postgresql {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let kind = $crate::support::database::Kind::Postgresql;
                    $crate::support::mail::run(kind, $settings, |app| Box::pin(super::super::$test(app))).await;
                })*
            }
        }
    };
}
pub(crate) use with_mail;

/// An app that sends mail to the shared mail server.
pub struct AppWithMail {
    app: TestApp,
    number: u32,
}

impl std::ops::Deref for AppWithMail {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

pub async fn run(
    kind: Kind,
    settings: fn(&mut Config),
    test: impl for<'a> FnOnce(&'a AppWithMail) -> LocalBoxFuture<'a, ()>,
) {
    static NUMBERS: AtomicU32 = AtomicU32::new(0);
    let database = TestDatabase::create(kind).await;
    let app = TestApp::start_with(kind, database, |config| {
        config.mail.delivery = MailDelivery::Smtp { url: server().url().parse().unwrap(), ca: None };
        config.mail.public_url = PUBLIC_URL.parse().unwrap();
        config.mail.from = "Example <accounts@example.com>".parse().unwrap();
        settings(config);
    });
    let app = AppWithMail { app: app.await, number: NUMBERS.fetch_add(1, Ordering::Relaxed) };
    test(&app).await;
    app.app.stop().await;
}

/// Changes nothing.
pub fn default_settings(_: &mut Config) {}

impl AppWithMail {
    /// An address that no other test uses.
    pub fn address(&self, name: &str) -> String {
        format!("{name}.{}@example.com", self.number)
    }

    /// Waits for the next mail to this address, and marks it as read.
    pub async fn mail_to(&self, address: &str) -> ReceivedMail {
        let arrives = async {
            loop {
                if let Some(mail) = mails_to(address).into_iter().nth(read(address, 0)) {
                    read(address, 1);
                    return mail;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(IN_TIME, arrives).await.unwrap_or_else(|_| panic!("no mail to {address}"))
    }

    /// Waits for the next mail to this address, and returns the token in it.
    pub async fn token_to(&self, address: &str) -> String {
        self.mail_to(address).await.token().to_owned()
    }

    /// Waits until no mail is pending.
    pub async fn all_sent(&self) {
        self.wait_until(PENDING, 0).await;
    }

    /// The number of unread mails to this address, once no mail is pending.
    pub async fn unread(&self, address: &str) -> usize {
        self.all_sent().await;
        mails_to(address).len() - read(address, 0)
    }

    /// A client whose user has registered and has verified the address, with all mails read.
    pub async fn verified(&self, name: &str) -> Client {
        let client = self.registered(&self.address(name)).await;
        let token = self.token_to(&self.address(name)).await;
        let answer = self.anonymous().verify_email(&token).await;
        assert_eq!(at(&answer, "data.verifyEmail.user.emailVerified"), true, "{answer}");
        client
    }
}

/// The mail server of all tests; each test has its own addresses.
fn server() -> &'static MailServer {
    static SERVER: OnceLock<MailServer> = OnceLock::new();
    SERVER.get_or_init(|| MailServer::start(&[]))
}

fn mails_to(address: &str) -> Vec<ReceivedMail> {
    server().mails().into_iter().filter(|mail| mail.to == address).collect()
}

/// Marks this many more mails to an address as read, and returns how many are read.
fn read(address: &str, more: usize) -> usize {
    static READ: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
    let mut all = READ.lock().unwrap();
    let count = all.get_or_insert_default().entry(address.to_owned()).or_default();
    *count += more;
    *count
}

/// The type name and the reason in the result of a mutation.
pub fn outcome<'a>(answer: &'a Value, field: &str) -> (&'a str, &'a str) {
    let result = at(answer, &format!("data.{field}"));
    let text = |value: &'a Value| value.as_str().unwrap_or_default();
    (text(&result["__typename"]), text(&result["reason"]))
}

/// The profile of the client's own user.
pub async fn profile(client: &Client) -> Value {
    let answer = client.execute("{ profile { id email emailVerified username displayName } }", json!({})).await;
    at(&answer, "data.profile").clone()
}
