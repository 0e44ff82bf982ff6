//! Sends spans away in batches, from a thread of its own. A collector that is away costs a warning.

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

/// How long one batch may take; the next ones wait meanwhile.
const BATCH: Duration = Duration::from_secs(3);

/// How long spans wait for company.
const DELAY: Duration = Duration::from_secs(5);

/// How many wait at the most. Those that come then are dropped: requests do not wait for a collector.
const WAITING: usize = 2048;

/// How many go at once.
const AT_ONCE: usize = 512;

/// What makes spans and sends them to this collector.
///
/// All that the environment could choose is chosen here: settings are read once, by `config`. Only
/// `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_EXPORTER_OTLP_TRACES_HEADERS` cannot be helped, and are of use.
pub(super) fn provider(to: &Collector) -> Result<SdkTracerProvider, ExportError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{to}/v1/traces"))
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(BATCH)
        .build()
        .map_err(|error| ExportError(error.to_string()))?;
    let exporter = Exporter { inner: Arc::new(exporter), runtime: Handle::current(), away: AtomicBool::new(false) };

    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(WAITING)
        .with_max_export_batch_size(AT_ONCE)
        .with_scheduled_delay(DELAY);
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

/// Exports in the server's runtime: the thread that collects the batches has none, and hyper needs one.
#[derive(Debug)]
struct Exporter {
    inner: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
    away: AtomicBool,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sending = async move {
            // The exporter tries again a few times, each of which may take as long.
            let sent = tokio::time::timeout(BATCH, inner.export(batch)).await;
            sent.unwrap_or(Err(OTelSdkError::Timeout(BATCH)))
        };
        let sent = self.runtime.spawn(sending).await;
        let sent = sent.unwrap_or_else(|gone| Err(OTelSdkError::InternalFailure(gone.to_string())));
        self.tell(&sent);
        sent
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}

impl Exporter {
    /// Once when it goes wrong, and once when it is well again.
    fn tell(&self, sent: &OTelSdkResult) {
        match sent {
            Ok(()) if self.away.swap(false, Ordering::Relaxed) => {
                tracing::info!(target: "latchkey::traces", "the collector takes traces again")
            }
            Err(error) if !self.away.swap(true, Ordering::Relaxed) => {
                tracing::warn!(target: "latchkey::traces", %error, "the collector takes no traces; they are dropped until it does");
            }
            Ok(()) | Err(_) => {}
        }
    }
}
