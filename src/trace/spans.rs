//! The spans: one for a request, one for each part of its work that takes time.

use std::{borrow::Cow, sync::OnceLock, time::Duration};

use futures_util::future::Either;
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};

use super::{Collector, ExportError, exporter};

/// How long the server waits at its end for the collector to take what is on its way.
const FLUSH: Duration = Duration::from_secs(3);

/// What makes the spans, once there is somewhere to send them.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// The span of a request.
#[derive(Debug)]
pub struct RequestSpan(Option<Context>);

/// Traces on their way.
#[derive(Debug)]
pub struct Traces(Option<SdkTracerProvider>);

/// Starts tracing, if there is somewhere to send traces. Called once, in the runtime that sends them.
///
/// # Errors
///
/// [`ExportError`] when they cannot be sent there.
pub fn start(to: Option<&Collector>) -> Result<Traces, ExportError> {
    let provider = to.map(exporter::provider).transpose()?;
    if let Some(provider) = &provider {
        let _ = TRACER.set(provider.tracer("latchkey"));
    }
    Ok(Traces(provider))
}

/// Does a part of the work of a request. Outside of one it is only done.
pub fn span<W: Future>(name: &'static str, work: W) -> impl Future<Output = W::Output> {
    match below_the_current(name) {
        Some(context) => Either::Left(work.with_context(context)),
        None => Either::Right(work),
    }
}

fn below_the_current(name: &'static str) -> Option<Context> {
    let tracer = TRACER.get()?;
    Context::map_current(|context| {
        context.has_active_span().then(|| context.with_span(tracer.start_with_context(name, context)))
    })
}

/// Says more about the step that is under way. Both come from closed sets.
pub fn set_attribute(key: &'static str, value: &str) {
    if TRACER.get().is_some() {
        Context::map_current(|context| context.span().set_attribute(KeyValue::new(key, value.to_owned())));
    }
}

impl Traces {
    /// Sends what is on its way, and waits no longer than [`FLUSH`] for it.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        let sent = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH)).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!(target: "latchkey::traces", "the last traces were not sent");
        }
    }
}

impl RequestSpan {
    /// A request has come, by a method and a route that are known, as part of the client's trace if it says so.
    #[must_use]
    pub fn start(method: &'static str, route: &'static str, traceparent: Option<&str>, id: &str) -> Self {
        Self(TRACER.get().map(|tracer| {
            let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Traceparent(traceparent));
            let mut attributes =
                vec![KeyValue::new("http.request.method", method), KeyValue::new("latchkey.request.id", id.to_owned())];
            // As OpenTelemetry's conventions have it: where nothing is known, nothing is said.
            let verb = if method == OTHER { "HTTP" } else { method };
            let mut name = Cow::Borrowed(verb);
            if route != OTHER {
                attributes.push(KeyValue::new("http.route", route));
                name = format!("{verb} {route}").into();
            }
            let span = tracer.span_builder(name).with_kind(SpanKind::Server).with_attributes(attributes);
            parent.with_span(span.start_with_context(tracer, &parent))
        }))
    }

    /// Answers it.
    pub fn run<W: Future>(&self, work: W) -> impl Future<Output = W::Output> {
        match &self.0 {
            Some(context) => Either::Left(work.with_context(context.clone())),
            None => Either::Right(work),
        }
    }

    /// It was answered. Without this, nobody waited for the answer.
    pub fn end(self, status: u16) {
        let Some(context) = self.0 else { return };
        let span = context.span();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        if status >= 500 {
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// How methods and routes are called that are none of ours.
const OTHER: &str = "_OTHER";

/// The only header that is read: what else comes with a trace (`tracestate`, `baggage`) is the client's own.
struct Traceparent<'h>(Option<&'h str>);

impl Extractor for Traceparent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.filter(|_| key == "traceparent")
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
