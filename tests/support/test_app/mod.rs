//! A running server with its database and clock.

mod rows;
mod users;

use std::sync::Arc;

use latchkey::{accounts::Accounts, app::App, config::Config, mail::MailDelivery};
use sea_orm::DatabaseConnection;
use tokio::sync::oneshot;

use super::{
    config::config,
    database::{Kind, TestDatabase},
    metrics,
    proxy::Proxy,
    test_clock::TestClock,
};

/// A running Latchkey.
pub struct TestApp {
    pub kind: Kind,
    pub database: TestDatabase,
    /// The test's own connection to the same database.
    pub db: DatabaseConnection,
    pub accounts: Arc<Accounts>,
    pub clock: TestClock,
    address: String,
    metrics_url: String,
    stop: Option<oneshot::Sender<()>>,
}

impl TestApp {
    pub async fn start(kind: Kind) -> Self {
        let database = TestDatabase::create(kind).await;
        Self::start_with(kind, database, |_| {}).await
    }

    pub async fn start_with(kind: Kind, database: TestDatabase, adjust: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&database.url);
        config.mail.delivery = MailDelivery::File(database.folder.path().join("mail"));
        adjust(&mut config);

        let clock = TestClock::default();
        let app = App::start(config, clock.to_clock()).await.expect("the app starts");
        let address = format!("http://{}", app.address().expect("an address"));
        let metrics_url = metrics_url(&app);
        let accounts = app.accounts();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(app.run(async {
            let _ = stopped.await;
        }));
        let db = database.connect().await;
        Self { kind, database, db, accounts, clock, address, metrics_url, stop: Some(stop) }
    }

    /// An app on PostgreSQL whose connections to the database go through a proxy.
    pub async fn start_behind_proxy() -> (Self, Proxy) {
        let database = TestDatabase::create(Kind::Postgresql).await;
        let (proxy, through_proxy) = Proxy::in_front_of(&database).await;
        let app = Self::start_with(Kind::Postgresql, database, |config| {
            config.database.url = through_proxy.parse().unwrap();
            // The mail worker sends statements, too, and tests count statements.
            config.mail.delivery = MailDelivery::Disabled;
        });
        (app.await, proxy)
    }

    /// Starts another instance on the same database, which runs until the test ends, and returns its GraphQL endpoint.
    pub async fn second_instance(&self) -> String {
        self.second_instance_with_metrics().await.0
    }

    /// The same, with the URL of its metrics.
    pub async fn second_instance_with_metrics(&self) -> (String, String) {
        let app = App::start(config(&self.database.url), self.clock.to_clock()).await.expect("the instance starts");
        let endpoint = format!("http://{}/graphql", app.address().expect("an address"));
        let metrics_url = metrics_url(&app);
        tokio::spawn(app.run(std::future::pending()));
        (endpoint, metrics_url)
    }

    /// Stops the server and removes its database.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.database.drop().await;
    }

    /// How many rounds of bcrypt the server has computed, according to its metrics.
    pub async fn hash_rounds(&self) -> u64 {
        metrics::value(&self.metrics().await, "latchkey_hash_rounds_total")
    }

    /// The text of the metrics.
    pub async fn metrics(&self) -> String {
        metrics::read(&self.metrics_url).await
    }

    pub fn metrics_url(&self) -> String {
        self.metrics_url.clone()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

fn metrics_url(app: &App) -> String {
    let address = app.metrics_address().expect("an address").expect("metrics are served");
    format!("http://{address}/metrics")
}
