//! Traces where the time of a request goes: spans, for a collector that speaks OTLP.
//!
//! A span has a fixed name, and attributes whose values come from closed sets: those of the metrics, and the id of the
//! request. Spans hold nothing that a client wrote or that is known about a user: no document, no variable, no name of
//! an operation, no address. The only input from the client is the ids in its `traceparent` header.
//!
//! Knows nothing about HTTP, GraphQL or accounts. In a build without the feature `otlp` no [`Collector`] can be
//! configured, and [`span`] only does the work that it is given.
//!
//! To trace another part of a request, wrap its work in [`span`]:
//!
//! ```
//! use latchkey::trace;
//!
//! # async fn example() -> u32 {
//! trace::span("add up", async {
//!     trace::set_attribute("latchkey.outcome", "added");
//!     1 + 1
//! })
//! .await
//! # }
//! ```

use std::{fmt, str::FromStr};

use tokio::task::JoinHandle;
use tracing::Instrument;

#[cfg(feature = "otlp")]
mod exporter;
#[cfg(not(feature = "otlp"))]
#[path = "disabled.rs"]
mod spans;
#[cfg(feature = "otlp")]
mod spans;

pub use spans::{RequestSpan, Traces, set_attribute, span, start};

/// Does a part of the work of a request in a task of its own, which completes even if the request is cancelled. Its log
/// lines and spans belong to the request.
pub fn spawn<W>(work: W) -> JoinHandle<W::Output>
where
    W: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(spans::within_current(work).in_current_span())
}

/// The URL of a collector that traces are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector(String);

/// Why a setting is not the URL of a collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCollector {
    /// The build does not include traces.
    #[error("needs a build with `--features otlp`")]
    NotBuilt,
    /// The text is not a URL that a collector can have.
    #[error("must be a URL such as http://127.0.0.1:4318, or none")]
    NotAUrl,
}

/// The exporter of traces could not be created.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be exported: {0}")]
pub struct ExportError(String);

impl FromStr for Collector {
    type Err = InvalidCollector;

    fn from_str(text: &str) -> Result<Self, InvalidCollector> {
        if cfg!(not(feature = "otlp")) {
            return Err(InvalidCollector::NotBuilt);
        }
        let text = text.trim_end_matches('/');
        // No user and no query: the URL is printed and logged, so it must not hold a secret.
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:[]/".contains(c);
        let rest = text.strip_prefix("http://").filter(|rest| rest.starts_with(|c| c != '/' && c != ':'));
        match rest {
            Some(rest) if rest.chars().all(is_allowed) => Ok(Self(text.to_owned())),
            Some(_) | None => Err(InvalidCollector::NotAUrl),
        }
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
