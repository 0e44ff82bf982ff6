//! Exports spans in batches, from a thread of its own. A collector that does not answer costs one warning.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter, SpanLimits},
};
use tokio::runtime::Handle;

use super::{Collector, ExportError};

/// How long the export of one batch may take. The next batches wait for it.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);

/// How often a batch is exported.
const INTERVAL: Duration = Duration::from_secs(5);

/// The most spans that wait to be exported. Further spans are dropped, so that requests never wait for a collector.
const MAX_QUEUE: usize = 2048;

/// The most spans in a batch.
const MAX_BATCH: usize = 512;

/// The provider of spans that are exported to this collector.
///
/// Sets everything that environment variables could set otherwise: `config` reads the settings, once. The exceptions
/// are `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, which the exporter always reads, and which
/// are useful.
pub(super) fn provider(collector: &Collector) -> Result<SdkTracerProvider, ExportError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{collector}/v1/traces"))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .map_err(|error| ExportError(error.to_string()))?;
    let exporter =
        Exporter { inner: Arc::new(exporter), runtime: Handle::current(), is_failing: AtomicBool::new(false) };

    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(MAX_QUEUE)
        .with_max_export_batch_size(MAX_BATCH)
        .with_scheduled_delay(INTERVAL);
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches.build()).build();

    let resource = Resource::builder_empty().with_service_name("latchkey");
    let resource = resource.with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
    Ok(SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_span_limits(SpanLimits::default())
        .with_resource(resource)
        .build())
}

/// Exports in the runtime of the server: hyper needs a runtime, and the thread that collects the batches has none.
#[derive(Debug)]
struct Exporter {
    inner: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
    /// Whether the last export failed.
    is_failing: AtomicBool,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let export = async move {
            // The exporter retries, and its own timeout is for each try.
            let outcome = tokio::time::timeout(EXPORT_TIMEOUT, inner.export(batch)).await;
            outcome.unwrap_or(Err(OTelSdkError::Timeout(EXPORT_TIMEOUT)))
        };
        let outcome = self.runtime.spawn(export).await;
        let outcome = outcome.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())));
        self.log(&outcome);
        outcome
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}

impl Exporter {
    /// Logs the first failure, and the first success after it.
    fn log(&self, outcome: &OTelSdkResult) {
        match outcome {
            Ok(()) if self.is_failing.swap(false, Ordering::Relaxed) => {
                tracing::info!(target: "latchkey::traces", "traces are exported again");
            }
            Err(error) if !self.is_failing.swap(true, Ordering::Relaxed) => {
                tracing::warn!(target: "latchkey::traces", %error, "traces cannot be exported and are dropped");
            }
            Ok(()) | Err(_) => {}
        }
    }
}
