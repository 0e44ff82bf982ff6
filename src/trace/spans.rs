//! Spans: one for a request, and one for each part of its work that takes time.

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

/// How long a server that stops waits until its last spans are exported.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(3);

/// The label of a method or a route that the server does not have.
const OTHER: &str = "_OTHER";

/// Creates the spans, once a collector is known.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// The span of a request.
#[derive(Debug)]
pub struct RequestSpan(Option<Context>);

/// The spans that wait to be exported.
#[derive(Debug)]
pub struct Traces(Option<SdkTracerProvider>);

/// Starts tracing, if there is a collector. Called once, in the runtime that exports the spans.
///
/// # Errors
///
/// [`ExportError`] if the exporter cannot be created.
pub fn start(collector: Option<&Collector>) -> Result<Traces, ExportError> {
    let provider = collector.map(exporter::provider).transpose()?;
    if let Some(provider) = &provider {
        let _ = TRACER.set(provider.tracer("latchkey"));
    }
    Ok(Traces(provider))
}

/// Does a part of the work of a request, in a span of its own. Outside of a request there is no span.
pub fn span<W: Future>(name: &'static str, work: W) -> impl Future<Output = W::Output> {
    match child_of_current(name) {
        Some(context) => Either::Left(work.with_context(context)),
        None => Either::Right(work),
    }
}

/// Does work within the current span, wherever it is polled.
pub(super) fn within_current<W: Future>(work: W) -> impl Future<Output = W::Output> {
    work.with_current_context()
}

fn child_of_current(name: &'static str) -> Option<Context> {
    let tracer = TRACER.get()?;
    Context::map_current(|context| {
        context.has_active_span().then(|| context.with_span(tracer.start_with_context(name, context)))
    })
}

/// Sets an attribute of the current span. Key and value must come from closed sets.
pub fn set_attribute(key: &'static str, value: &str) {
    if TRACER.get().is_some() {
        Context::map_current(|context| context.span().set_attribute(KeyValue::new(key, value.to_owned())));
    }
}

impl Traces {
    /// Exports the spans that wait. Gives up after [`FLUSH_TIMEOUT`].
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        let flushed = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_TIMEOUT)).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::warn!(target: "latchkey::traces", "last traces not exported");
        }
    }
}

impl RequestSpan {
    /// Starts the span of a request with this method, route and id. It is part of the client's trace if the request has
    /// a `traceparent`.
    #[must_use]
    pub fn start(method: &'static str, route: &'static str, traceparent: Option<&str>, id: &str) -> Self {
        Self(TRACER.get().map(|tracer| {
            let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Traceparent(traceparent));
            let mut attributes =
                vec![KeyValue::new("http.request.method", method), KeyValue::new("latchkey.request.id", id.to_owned())];
            // By OpenTelemetry's conventions, the name leaves out an unknown route, and has `HTTP` for an unknown
            // method.
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

    /// Does the work of the request. Spans of its parts become children of this one.
    pub fn run<W: Future>(&self, work: W) -> impl Future<Output = W::Output> {
        match &self.0 {
            Some(context) => Either::Left(work.with_context(context.clone())),
            None => Either::Right(work),
        }
    }

    /// Ends the span with the status of the response. A span that is dropped instead has no status: the client closed
    /// the connection before there was a response.
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

/// Reads the `traceparent` header and nothing else: `tracestate` and `baggage` could hold anything.
struct Traceparent<'h>(Option<&'h str>);

impl Extractor for Traceparent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.filter(|_| key == "traceparent")
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
