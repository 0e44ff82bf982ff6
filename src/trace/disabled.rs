//! The spans of a build that makes none: what is wrapped in them is the work itself.

use super::{Collector, ExportError};

/// The span of a request, if there were one.
#[derive(Debug)]
pub struct RequestSpan;

/// Traces on their way, if there were any.
#[derive(Debug)]
pub struct Traces;

/// Starts nothing: there is no [`Collector`] in this build.
///
/// # Errors
///
/// None here.
pub fn start(_to: Option<&Collector>) -> Result<Traces, ExportError> {
    Ok(Traces)
}

/// Does a part of the work of a request.
pub fn span<W: Future>(_name: &'static str, work: W) -> W {
    work
}

/// Says more about the step that is under way.
pub fn set_attribute(_key: &'static str, _value: &str) {}

impl Traces {
    /// Sends what is on its way.
    #[expect(clippy::unused_async, reason = "with the feature, it waits")]
    pub async fn stop(self) {}
}

impl RequestSpan {
    /// A request has come.
    #[must_use]
    pub fn start(_method: &'static str, _route: &'static str, _traceparent: Option<&str>, _id: &str) -> Self {
        Self
    }

    /// Answers it.
    pub fn run<W: Future>(&self, work: W) -> W {
        work
    }

    /// It was answered.
    pub fn end(self, _status: u16) {}
}
