//! Export of traces: the resource attributes of this process, and the metrics of the exporter.

use std::sync::Arc;

use live_pack_dal::files;
use live_pack_metrics::{TRACE_EXPORT_FAILURES, TRACE_SPANS_DROPPED, TRACE_SPANS_EXPORTED};
use live_pack_telemetry::{CollectorSettings, DropReason, Exporter, FailureKind, Observer, StartError, Value};
use prometheus::{IntCounter, Registry};

use crate::{ops::version, settings::Environment};

/// Failures to set up the export of traces.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// The exporter cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A metric is registered twice.
    #[error("a metric cannot be registered")]
    Metrics(#[from] prometheus::Error),
}

/// Starts the exporter on the current runtime if a collector is configured. Registers its metrics in either case.
///
/// # Errors
/// See [`TracesError`].
pub fn start(
    collector: Option<&CollectorSettings>,
    environment: Environment,
    registry: &Registry,
) -> Result<Option<Arc<Exporter>>, TracesError> {
    let metrics = Arc::new(TraceMetrics::new(registry)?);
    let start = |collector| Exporter::start(collector, resource(environment), metrics, files::read);
    Ok(collector.map(start).transpose()?.map(Arc::new))
}

/// Attributes of this process, as OpenTelemetry names them.
fn resource(environment: Environment) -> Vec<(&'static str, Value)> {
    vec![
        ("service.name", "live-pack".into()),
        ("service.version", version::VERSION.into()),
        ("service.instance.id", instance_id(rand::random()).into()),
        ("deployment.environment.name", environment.name().into()),
    ]
}

/// A random UUID (version 4, RFC 9562), which identifies this process until it ends.
fn instance_id(random: u128) -> String {
    let uuid = random & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{uuid:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// The exporter's metrics, with the counter of each label value resolved at the start.
struct TraceMetrics {
    /// Spans that the collector has accepted.
    exported: IntCounter,
    /// Spans that were dropped, by reason.
    dropped: [IntCounter; DropReason::ALL.len()],
    /// Failed attempts, by kind.
    failed: [IntCounter; FailureKind::ALL.len()],
}

impl TraceMetrics {
    fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let dropped = TRACE_SPANS_DROPPED.register(registry)?;
        let failed = TRACE_EXPORT_FAILURES.register(registry)?;
        // Created at the start: an alert on a series that does not exist never fires.
        Ok(Self {
            exported: TRACE_SPANS_EXPORTED.register(registry)?,
            dropped: DropReason::ALL.map(|reason| dropped.with_label_values(&[reason.name()])),
            failed: FailureKind::ALL.map(|kind| failed.with_label_values(&[kind.name()])),
        })
    }
}

impl Observer for TraceMetrics {
    fn exported(&self, spans: u64) {
        self.exported.inc_by(spans);
    }

    fn dropped(&self, reason: DropReason, spans: u64) {
        if let Some(counter) = self.dropped.get(reason as usize) {
            counter.inc_by(spans);
        }
    }

    fn failed(&self, kind: FailureKind) {
        if let Some(counter) = self.failed.get(kind as usize) {
            counter.inc();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_instance_is_named_by_a_random_uuid() {
        assert_eq!(instance_id(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(instance_id(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn each_reason_and_kind_has_its_own_series_from_the_start() {
        let registry = Registry::new();
        let metrics = TraceMetrics::new(&registry).unwrap();
        for (count, reason) in (1..).zip(DropReason::ALL) {
            metrics.dropped(reason, count);
        }
        metrics.failed(FailureKind::TimedOut);
        metrics.exported(7);
        let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        for line in [
            "live_pack_trace_spans_exported_total 7",
            r#"live_pack_trace_spans_dropped_total{reason="queue_full"} 1"#,
            r#"live_pack_trace_spans_dropped_total{reason="shutdown"} 5"#,
            r#"live_pack_trace_export_failures_total{kind="timed_out"} 1"#,
            r#"live_pack_trace_export_failures_total{kind="unreachable"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
