//! A database for each test: a new SQLite file, or a new database in a temporary PostgreSQL cluster.
#![allow(dead_code, reason = "`tests/api` and `tests/migration.rs` use different parts")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

/// A database system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgresql,
}

/// An empty database, which the test removes at its end.
pub struct TestDatabase {
    pub url: String,
    /// A temporary folder of the test, which holds the SQLite file.
    pub folder: TempDir,
    name: Option<String>,
}

impl TestDatabase {
    pub async fn create(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        match kind {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Self { url, folder, name: None }
            }
            Kind::Postgresql => {
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                let name = format!("latchkey_test_{}_{count}", std::process::id());
                let server = server().await;
                server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
                server.close().await.expect("closed");
                let (address, _) = cluster().rsplit_once('/').expect("an address with a database");
                Self { url: format!("{address}/{name}"), folder, name: Some(name) }
            }
        }
    }

    /// The same database for another app, which does not remove it.
    pub fn shared(&self) -> Self {
        Self { url: self.url.clone(), folder: tempfile::tempdir().expect("a folder"), name: None }
    }

    /// A separate connection, to read rows and to change what no operation changes.
    pub async fn connect(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.expect("a connection")
    }

    pub async fn drop(self) {
        if let Some(name) = self.name {
            let server = server().await;
            server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("dropped");
        }
    }
}

async fn server() -> DatabaseConnection {
    Database::connect(cluster()).await.expect("a connection to PostgreSQL")
}

/// The URL in `TEST_DATABASE_URL`, or the URL of a cluster that is started for this run and stops at its end.
fn cluster() -> &'static str {
    static CLUSTER: OnceLock<(String, Option<Child>)> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "this is a setting of the tests, not of the server")]
    let given = || std::env::var("TEST_DATABASE_URL");
    let (url, _) = CLUSTER.get_or_init(|| match given() {
        Ok(url) => (url, None),
        Err(_) => start_cluster(),
    });
    url
}

fn start_cluster() -> (String, Option<Child>) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postgres");
    let mut cluster =
        Command::new(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("tests/support/postgres runs");
    let mut url = String::new();
    BufReader::new(cluster.stdout.take().expect("piped")).read_line(&mut url).expect("a line");
    assert!(!url.is_empty(), "PostgreSQL did not start: tests/support/postgres printed the reason above.");
    // The script stops when its standard input ends, which is when this process does.
    (url.trim().to_owned(), Some(cluster))
}
