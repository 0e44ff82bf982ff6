//! Replaces the spans in a build without the feature `otlp`: every function only does the work that it wraps.

use super::{Collector, ExportError};

/// The span of a request, which records nothing.
#[derive(Debug)]
pub struct RequestSpan;

/// Nothing to export.
#[derive(Debug)]
pub struct Traces;

/// Does nothing: this build has no [`Collector`].
///
/// # Errors
///
/// None.
pub fn start(_collector: Option<&Collector>) -> Result<Traces, ExportError> {
    Ok(Traces)
}

/// Does a part of the work of a request.
pub fn span<W: Future>(_name: &'static str, work: W) -> W {
    work
}

/// Does the work.
pub(super) fn within_current<W: Future>(work: W) -> W {
    work
}

/// Does nothing.
pub fn set_attribute(_key: &'static str, _value: &str) {}

impl Traces {
    /// Does nothing.
    #[expect(clippy::unused_async, reason = "waits in a build with the feature")]
    pub async fn stop(self) {}
}

impl RequestSpan {
    /// Returns a span that records nothing.
    #[must_use]
    pub fn start(_method: &'static str, _route: &'static str, _traceparent: Option<&str>, _id: &str) -> Self {
        Self
    }

    /// Does the work of the request.
    pub fn run<W: Future>(&self, work: W) -> W {
        work
    }

    /// Does nothing.
    pub fn end(self, _status: u16) {}
}
