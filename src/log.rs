//! Logging: the targets of log lines, and how lines are filtered and written to standard error.
//!
//! A failure is logged once, where it leaves the process. A line is a short message with fields: never a secret, a token,
//! a document or the address of a user. Each line names its target, so that a filter does not depend on the file that
//! writes the line:
//!
//! | target | lines about |
//! |---|---|
//! | `latchkey::events` | events: what happened to accounts |
//! | `latchkey::requests` | requests and responses, and those that failed |
//! | `latchkey::subscriptions` | subscriptions that could not start |
//! | `latchkey::sessions` | sessions that another instance ended, and the last use of sessions |
//! | `latchkey::mail` | mails that are sent, wait or are given up |
//! | `latchkey::hashing` | the threads that hash passwords |
//! | `latchkey::keys` | signing keys and secrets that are generated or replaced |
//! | `latchkey::database` | connections to the database |
//! | `latchkey::breaches` | the lookup of leaked passwords |
//! | `latchkey::traces` | the collector of traces |
//! | `latchkey::server` | starting, stopping and listening |
//!
//! ```
//! use latchkey::{config::{LogFormat, LogLevel}, log};
//!
//! log::start(LogLevel::Info, LogFormat::Json);
//! tracing::info!(target: "latchkey::server", url = "http://127.0.0.1:8000/", "Latchkey is ready");
//! assert_eq!(log::panics(), 0);
//! ```

use std::{
    io::{IsTerminal, stderr},
    panic::PanicHookInfo,
    sync::atomic::{AtomicU64, Ordering},
};

use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, LogLevel};

/// The number of panics.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// The number of panics in this process since logging started.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Starts logging to standard error, for the server.
///
/// # Panics
///
/// If logging has already started.
pub fn start(level: LogLevel, format: LogFormat) {
    start_with(format, filter(level));
}

/// Starts logging to standard error, for other commands: events, and warnings and errors of all other targets.
///
/// # Panics
///
/// If logging has already started.
pub fn start_for_command(format: LogFormat) {
    start_with(format, EnvFilter::new("warn,latchkey::events=info"));
}

fn start_with(format: LogFormat, filter: EnvFilter) {
    // A filter of the registry, not of a layer: with a layer's filter, a line is lost after a library asks whether it would
    // be logged (tokio-rs/tracing#2519), as the PostgreSQL driver does at each notice.
    tracing_subscriber::registry().with(layer(format)).with(filter).init();
    std::panic::set_hook(Box::new(log_panic));
}

fn layer(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    match format {
        LogFormat::Pretty => {
            fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal()).with_target(false).boxed()
        }
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(stderr).boxed(),
    }
}

/// The filter of a level. Libraries log at most warnings: at lower levels some of them show SQL statements, addresses and
/// whole requests.
fn filter(level: LogLevel) -> EnvFilter {
    let (latchkey, libraries) = match level {
        LogLevel::Error => ("error", "error"),
        LogLevel::Warn => ("warn", "warn"),
        LogLevel::Info => ("info", "warn"),
        LogLevel::Debug => ("debug", "warn"),
        LogLevel::Trace => ("trace", "warn"),
    };
    EnvFilter::new(format!("{libraries},latchkey={latchkey}"))
}

/// Logs the location of a panic, and its message if that is a literal: a formatted message may hold a secret.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let reason = panic.payload().downcast_ref::<&'static str>();
    PANICS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(target: "latchkey::server", location, reason, "panicked");
}
