//! Mail, by way of a mail server that others wrote, as people read it and follow its links.

use std::{
    collections::HashMap,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use latchkey::{config::Config, mail::Way};
use serde_json::{Value, json};

use super::{
    House, at,
    client::Client,
    database::{Kind, TestDatabase},
    mail::{Delivered, MailServer},
};

/// A password that nobody had before.
pub const OTHER: &str = "staple battery horse";

/// What is not over.
pub const DUE: &str = "events WHERE due_at IS NOT NULL";

/// How long a mail may take.
const IN_TIME: Duration = Duration::from_secs(20);

/// Where the frontend of these tests is said to be.
const PUBLIC_URL: &str = "https://app.example.com";

/// Runs each test on both databases, with a mail server and these settings.
macro_rules! with_mail {
    ($name:ident($settings:expr): $($test:ident),* $(,)?) => {
        mod $name {
            mod sqlite {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let kind = $crate::support::database::Kind::Sqlite;
                    $crate::support::with_mail::run(kind, $settings, |house| Box::pin(super::super::$test(house))).await;
                })*
            }
            mod postgresql {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let kind = $crate::support::database::Kind::Postgresql;
                    $crate::support::with_mail::run(kind, $settings, |house| Box::pin(super::super::$test(house))).await;
                })*
            }
        }
    };
}
pub(crate) use with_mail;

/// A house that sends mail, and the mail server that it goes to.
pub struct PostedHouse {
    house: House,
    number: u32,
}

impl std::ops::Deref for PostedHouse {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

pub async fn run(
    kind: Kind,
    settings: fn(&mut Config),
    test: impl for<'h> FnOnce(&'h PostedHouse) -> LocalBoxFuture<'h, ()>,
) {
    static NUMBERS: AtomicU32 = AtomicU32::new(0);
    let database = TestDatabase::create(kind).await;
    let house = House::open_with(kind, database, |config| {
        config.mail.way = Way::Smtp { url: server().url().parse().unwrap(), ca: None };
        config.mail.links_to = PUBLIC_URL.parse().unwrap();
        config.mail.from = "Example <accounts@example.com>".parse().unwrap();
        settings(config);
    });
    let house = PostedHouse { house: house.await, number: NUMBERS.fetch_add(1, Ordering::Relaxed) };
    test(&house).await;
    house.house.close().await;
}

/// As it comes.
pub fn open(_: &mut Config) {}

impl PostedHouse {
    /// An address that nobody else gets mail at.
    pub fn address(&self, name: &str) -> String {
        format!("{name}.{}@example.com", self.number)
    }

    /// The next mail to somebody, once it is there.
    pub async fn mail_to(&self, address: &str) -> Delivered {
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

    /// The token in the next mail to somebody.
    pub async fn token_to(&self, address: &str) -> String {
        self.mail_to(address).await.token().to_owned()
    }

    /// Until everything that was due is over.
    pub async fn all_sent(&self) {
        self.until(DUE, 0).await;
    }

    /// How many mails somebody got that nobody has looked at, once all are there.
    pub async fn unread(&self, address: &str) -> usize {
        self.all_sent().await;
        mails_to(address).len() - read(address, 0)
    }

    /// Somebody who registered, and whose mail about it is read.
    pub async fn verified(&self, name: &str) -> Client {
        let client = self.registered(&self.address(name)).await;
        let token = self.token_to(&self.address(name)).await;
        let answer = self.anonymous().verify_email(&token).await;
        assert_eq!(at(&answer, "data.verifyEmail.user.emailVerified"), true, "{answer}");
        client
    }
}

/// The one mail server of all these tests: each has addresses of its own.
fn server() -> &'static MailServer {
    static SERVER: OnceLock<MailServer> = OnceLock::new();
    SERVER.get_or_init(|| MailServer::start(&[]))
}

/// Everything that came for somebody.
fn mails_to(address: &str) -> Vec<Delivered> {
    server().mails().into_iter().filter(|mail| mail.to == address).collect()
}

/// How many of somebody's mails were looked at, and so many more from now on.
fn read(address: &str, more: usize) -> usize {
    static READ: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
    let mut all = READ.lock().unwrap();
    let count = all.get_or_insert_default().entry(address.to_owned()).or_default();
    *count += more;
    *count
}

/// What became of a mutation, in a word, and the reason if there is one.
pub fn outcome<'a>(answer: &'a Value, field: &str) -> (&'a str, &'a str) {
    let said = at(answer, &format!("data.{field}"));
    let text = |value: &'a Value| value.as_str().unwrap_or_default();
    (text(&said["__typename"]), text(&said["reason"]))
}

/// What somebody knows of themself.
pub async fn profile(client: &Client) -> Value {
    let answer = client.ask("{ profile { id email emailVerified username displayName } }", json!({})).await;
    at(&answer, "data.profile").clone()
}
