//! A complete Latchkey for each test: a real server, a real database and a clock that the test sets.

pub mod client;
pub mod config;
pub mod database;
pub mod mail;
pub mod metrics;
pub mod process;
pub mod program;
pub mod proxy;
pub mod static_files;
pub mod subscriber;
pub mod test_app;
pub mod test_clock;

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::{FutureExt, future::LocalBoxFuture};
use serde_json::Value;

use self::database::Kind;
pub use self::test_app::TestApp;

/// The secret key of the tests.
pub const SECRET_KEY: &str = "for tests alone, and long enough for HS256";

/// A password that the password policy accepts.
pub const PASSWORD: &str = "correct horse battery";

/// Another such password.
pub const OTHER_PASSWORD: &str = "staple battery horse";

/// Runs each test on both databases, from one source.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                $crate::support::run($crate::support::database::Kind::Sqlite, |app| Box::pin(super::$test(app))).await;
            })*
        }
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                $crate::support::run($crate::support::database::Kind::Postgresql, |app| Box::pin(super::$test(app))).await;
            })*
        }
    };
}
pub(crate) use on_both_databases;

/// Starts an app, runs a test with it, and removes the app's database even if the test panics.
pub async fn run(kind: Kind, test: impl for<'a> FnOnce(&'a TestApp) -> LocalBoxFuture<'a, ()>) {
    let app = TestApp::start(kind).await;
    let outcome = AssertUnwindSafe(test(&app)).catch_unwind().await;
    app.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The value at a path such as `data.login.code`. It is null if the last step of the path does not exist.
pub fn at<'v>(answer: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(answer, |value, key| {
        assert!(!value.is_null(), "there is no {path} in {answer}");
        match key.parse::<usize>() {
            Ok(index) => &value[index],
            Err(_) => &value[key],
        }
    })
}
