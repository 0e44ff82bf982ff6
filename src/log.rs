//! What is logged, and how.
//!
//! A failure is logged once, where it leaves the process: a message and fields, never a secret, a token, a document or
//! a person's address. Each line names its target, so a filter does not depend on which file writes the line:
//!
//! | target | what it holds |
//! |---|---|
//! | `latchkey::events` | what happened to accounts |
//! | `latchkey::requests` | requests and responses, and those that failed |
//! | `latchkey::subscriptions` | subscriptions that could not begin |
//! | `latchkey::sessions` | sessions that ended elsewhere, and when a session was last used |
//! | `latchkey::mail` | mails that are sent, that wait and that are given up |
//! | `latchkey::hashing` | the threads that hash passwords |
//! | `latchkey::keys` | signing keys and secrets that are made or replaced |
//! | `latchkey::database` | connections to the database |
//! | `latchkey::breaches` | the lookup of leaked passwords |
//! | `latchkey::traces` | the collector of traces |
//! | `latchkey::server` | starting, stopping and listening |

use std::{
    io::{IsTerminal, stderr},
    panic::PanicHookInfo,
    sync::atomic::{AtomicU64, Ordering},
};

use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, LogLevel};

/// How often something of ours panicked.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// How often something of ours panicked in this process, since it logs.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Starts logging to standard error. Called once.
pub fn start(level: LogLevel, format: LogFormat) {
    start_with(format, filter(level));
}

/// The same for commands, which tell what happened to accounts, and else only what goes wrong.
pub fn start_at_the_shell(format: LogFormat) {
    start_with(format, EnvFilter::new("warn,latchkey::events=info"));
}

fn start_with(format: LogFormat, filter: EnvFilter) {
    // One filter for all, not one of a layer: with those, an event is lost after a library only asked whether it would
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

/// Of the libraries only warnings: at lower levels some of them show statements, addresses and whole requests.
fn filter(level: LogLevel) -> EnvFilter {
    let (ours, others) = match level {
        LogLevel::Error => ("error", "error"),
        LogLevel::Warn => ("warn", "warn"),
        LogLevel::Info => ("info", "warn"),
        LogLevel::Debug => ("debug", "warn"),
        LogLevel::Trace => ("trace", "warn"),
    };
    EnvFilter::new(format!("{others},latchkey={ours}"))
}

/// Where, and what a literal says. A message that was put together may hold what it was put together from.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>();
    PANICS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(target: "latchkey::server", place, message, "something of ours panicked");
}
