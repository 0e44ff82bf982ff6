//! A whole Latchkey for each test: real server, real database, and a clock whose hands the test moves.

pub mod client;
pub mod database;
pub mod mail;
pub mod metrics;
pub mod process;
pub mod program;
pub mod proxy;
pub mod static_files;
pub mod subscriber;
pub mod with_mail;

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{FutureExt, future::LocalBoxFuture};
use latchkey::{accounts::Accounts, app::App, clock::Clock, config::Config, mail::Way, throttle::Limits};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::Value;
use tokio::sync::oneshot;

use self::{
    client::Client,
    database::{Kind, TestDatabase},
    proxy::Proxy,
};

/// Signs the tokens of tests and of nothing else.
pub const SECRET_KEY: &str = "for tests alone, and long enough for HS256";

/// A password that every policy takes.
pub const PASSWORD: &str = "correct horse battery";

/// Runs each test on both databases, from one source.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                $crate::support::run($crate::support::database::Kind::Sqlite, |house| Box::pin(super::$test(house))).await;
            })*
        }
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                $crate::support::run($crate::support::database::Kind::Postgresql, |house| Box::pin(super::$test(house))).await;
            })*
        }
    };
}
pub(crate) use on_both_databases;

/// A running Latchkey.
pub struct House {
    pub kind: Kind,
    pub database: TestDatabase,
    /// The test's own connection to the same database.
    pub rows: DatabaseConnection,
    pub accounts: Arc<Accounts>,
    pub hands: Hands,
    address: String,
    metrics: String,
    stop: Option<oneshot::Sender<()>>,
}

/// The hands of the house's clock.
#[derive(Clone, Default)]
pub struct Hands {
    ahead: Arc<AtomicI64>,
    stopped_at: Arc<Mutex<Option<DateTime<Utc>>>>,
    broken: Arc<AtomicBool>,
}

/// Opens a house, runs a test in it, and leaves nothing behind, however the test ends.
pub async fn run(kind: Kind, test: impl for<'h> FnOnce(&'h House) -> LocalBoxFuture<'h, ()>) {
    let house = House::open(kind).await;
    let outcome = AssertUnwindSafe(test(&house)).catch_unwind().await;
    house.close().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl House {
    pub async fn open(kind: Kind) -> Self {
        let database = TestDatabase::create(kind).await;
        Self::open_with(kind, database, |_| {}).await
    }

    pub async fn open_with(kind: Kind, database: TestDatabase, adjust: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&database.url);
        config.mail.way = Way::File(database.folder.path().join("mail"));
        adjust(&mut config);

        let hands = Hands::default();
        let app = App::start(config, hands.clock()).await.expect("the house opens");
        let address = format!("http://{}", app.address().expect("an address"));
        let metrics = metrics_of(&app);
        let accounts = app.accounts();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(app.run(async {
            let _ = stopped.await;
        }));
        let rows = database.connect().await;
        Self { kind, database, rows, accounts, hands, address, metrics, stop: Some(stop) }
    }

    /// With its PostgreSQL at the other end of a wire.
    pub async fn at_the_end_of_a_wire() -> (Self, Proxy) {
        let database = TestDatabase::create(Kind::Postgresql).await;
        let (user, place) = database.url.strip_prefix("postgres://").unwrap().rsplit_once('@').unwrap();
        let (server, name) = place.split_once('/').unwrap();
        let proxy = Proxy::start(server.to_owned()).await;
        let through = format!("postgres://{user}@{}/{name}", proxy.address);
        let house = Self::open_with(Kind::Postgresql, database, |config| {
            config.database = through.parse().unwrap();
            // Whoever looks for mail asks, too.
            config.mail.way = Way::Nowhere;
        });
        (house.await, proxy)
    }

    /// Another instance on the same database, until the test ends; its GraphQL endpoint.
    pub async fn neighbour(&self) -> String {
        self.neighbour_with_metrics().await.0
    }

    /// The same, and where its metrics are.
    pub async fn neighbour_with_metrics(&self) -> (String, String) {
        let app = App::start(config(&self.database.url), self.hands.clock()).await.expect("the neighbour opens");
        let endpoint = format!("http://{}/graphql", app.address().expect("an address"));
        let metrics = metrics_of(&app);
        tokio::spawn(app.run(std::future::pending()));
        (endpoint, metrics)
    }

    /// Stops the server and leaves nothing behind.
    pub async fn close(mut self) {
        drop(self.stop.take());
        self.database.drop().await;
    }

    /// How much work passwords have been so far, in rounds of bcrypt, as the metrics have it.
    pub async fn hash_rounds(&self) -> u64 {
        metrics::value(&self.metrics().await, "latchkey_hash_rounds_total")
    }

    /// The metrics, line by line.
    pub async fn metrics(&self) -> String {
        metrics::read(&self.metrics).await
    }

    /// Where the metrics are.
    pub fn metrics_url(&self) -> String {
        self.metrics.clone()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Somebody without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.url("/graphql"), None)
    }

    /// Somebody with this token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.url("/graphql"), Some(token.to_owned()))
    }

    /// Somebody who registered with this address and [`PASSWORD`].
    pub async fn registered(&self, email: &str) -> Client {
        let answer = self.anonymous().register(email).await;
        self.with_token(answer["data"]["register"]["tokens"]["accessToken"].as_str().expect("registered"))
    }

    /// The same user, signed in once more.
    pub async fn logged_in(&self, identifier: &str, password: &str) -> Client {
        let answer = self.anonymous().login(identifier, password).await;
        self.with_token(answer["data"]["login"]["tokens"]["accessToken"].as_str().expect("logged in"))
    }

    /// An admin. No operation makes one.
    pub async fn admin(&self) -> Client {
        let admin = self.registered("admin@example.com").await;
        self.sql("UPDATE users SET role = 'admin' WHERE email = 'admin@example.com'").await;
        admin
    }

    /// Changes rows behind the house's back.
    pub async fn sql(&self, sql: &str) -> u64 {
        self.rows.execute_unprepared(sql).await.expect("the statement is right").rows_affected()
    }

    /// Copies the one session of a user so many times, with another time of the end, as an expression, and another id each.
    pub async fn copy_session(&self, email: &str, times: u32, ended_at: &str) {
        let id = if self.kind == Kind::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
        let copies = format!(
            "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {times})
            INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ended_at)
            SELECT {id}, user_id, created_at, expires_at, expires_at, {ended_at} FROM sessions, copy
            WHERE user_id = (SELECT id FROM users WHERE email = '{email}')"
        );
        assert_eq!(self.sql(&copies).await, u64::from(times));
    }

    /// Waits until a condition is true for so many rows: what is done beside requests takes its time.
    pub async fn until(&self, rows: &str, count: i64) {
        let is_so = async {
            while self.count(rows).await != count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(30), is_so).await;
        assert!(in_time.is_ok(), "there never were {count} {rows}");
    }

    /// How many rows a condition is true for.
    pub async fn count(&self, rows: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {rows}");
        let row = self.rows.query_one_raw(sea_orm::Statement::from_string(self.rows.get_database_backend(), sql)).await;
        row.expect("the statement is right").expect("a row").try_get("", "n").expect("a number")
    }
}

impl Hands {
    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Clock::from_fn(move || {
            assert!(!hands.broken.load(Ordering::Relaxed), "the clock is broken");
            let now = hands.stopped_at.lock().unwrap().unwrap_or_else(now);
            now + TimeDelta::milliseconds(hands.ahead.load(Ordering::Relaxed))
        })
    }

    /// From now on, only the test moves the hands.
    pub fn stop(&self) {
        *self.stopped_at.lock().unwrap() = Some(now());
    }

    /// Moves the hands, forward or back.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Whoever asks the time panics, until it is mended.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }
}

/// The settings of a test: a cheap hash, a free port, and many people behind its one address.
pub fn config(database_url: &str) -> Config {
    let values = [
        ("DATABASE_URL", database_url),
        ("SECRET_KEY", SECRET_KEY),
        ("BIND", "127.0.0.1:0"),
        ("METRICS_BIND", "127.0.0.1:0"),
        ("INTROSPECTION", "true"),
        ("FEDERATION", "true"),
        ("GRAPHIQL", "true"),
    ];
    let mut config = Config::check(&values.into()).expect("the settings are right");
    config.bcrypt_cost = 4;
    config.mail.way = Way::Nowhere;
    config.attempts = Limits { per_network: 10_000, overall: 10_000 };
    config
}

fn metrics_of(app: &App) -> String {
    let address = app.metrics_address().expect("an address").expect("metrics are shown");
    format!("http://{address}/metrics")
}

#[expect(clippy::disallowed_methods, reason = "the clock of the house begins where the machine's is")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The value behind a path such as `data.login.code`; null where the last step of it leads nowhere.
pub fn at<'v>(answer: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(answer, |value, key| {
        assert!(!value.is_null(), "{path} leads nowhere in {answer}");
        match key.parse::<usize>() {
            Ok(index) => &value[index],
            Err(_) => &value[key],
        }
    })
}
