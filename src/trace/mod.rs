//! Where the time of a request goes: spans, for a collector that speaks OTLP.
//!
//! A span has a name that stands in the code and attributes from closed sets: those of the metrics, and the request's id.
//! Nothing else goes in, and nothing that is logged does: no document, no variable, no name of an operation, nobody's
//! address. Of the client's there are only the ids in its `traceparent`.
//!
//! A build without the feature `otlp` has none of it: [`span`] is the work itself, and there is no [`Collector`]. To see
//! more, wrap what takes time in [`span`].

use std::{fmt, str::FromStr};

#[cfg(feature = "otlp")]
mod exporter;
#[cfg(not(feature = "otlp"))]
#[path = "disabled.rs"]
mod spans;
#[cfg(feature = "otlp")]
mod spans;

pub use spans::{RequestSpan, Traces, set_attribute, span, start};

/// Where traces go: the URL of a collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector(String);

/// Why traces cannot go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCollector {
    /// This build makes no traces.
    #[error("needs a build with `--features otlp`")]
    NotBuilt,
    /// This is no collector's URL.
    #[error("must be a URL such as http://127.0.0.1:4318, or none")]
    NotAUrl,
}

/// Traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("no traces can be sent: {0}")]
pub struct ExportError(String);

impl FromStr for Collector {
    type Err = InvalidCollector;

    fn from_str(text: &str) -> Result<Self, InvalidCollector> {
        if cfg!(not(feature = "otlp")) {
            return Err(InvalidCollector::NotBuilt);
        }
        let text = text.trim_end_matches('/');
        // Without a user: what is shown and logged holds no secret.
        let may_stand = |c: char| c.is_ascii_alphanumeric() || "-._~:[]/".contains(c);
        let place = text.strip_prefix("http://").filter(|place| place.starts_with(|c| c != '/' && c != ':'));
        match place {
            Some(place) if place.chars().all(may_stand) => Ok(Self(text.to_owned())),
            Some(_) | None => Err(InvalidCollector::NotAUrl),
        }
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
