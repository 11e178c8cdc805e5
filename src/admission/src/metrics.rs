//! The metrics of admission, with every handle resolved before the first request.

use std::time::Duration;

use live_pack_dal::config::Class;
use prometheus::{Gauge, IntCounter, IntCounterVec, Opts, Registry};

use super::refusal::Reason;

/// The metrics of admission.
#[derive(Debug)]
pub(super) struct AdmissionMetrics {
    /// `live_pack_admission_refused_total`, by reason and class.
    refused: [[IntCounter; Class::ALL.len()]; Reason::ALL.len()],
    /// `live_pack_queue_seconds`.
    queue: Gauge,
    /// `live_pack_admission_level`.
    level: Gauge,
}

impl AdmissionMetrics {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let refused = IntCounterVec::new(
            Opts::new("live_pack_admission_refused_total", "Requests that admission refused, by reason and class"),
            &["reason", "class"],
        )?;
        registry.register(Box::new(refused.clone()))?;
        let gauge = |name: &str, help: &str| -> Result<Gauge, prometheus::Error> {
            let gauge = Gauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let level = gauge("live_pack_admission_level", "Share of the levels of class and viewer that is admitted")?;
        level.set(1.0);
        Ok(Self {
            // From the start: an alarm on a missing series never fires.
            refused: Reason::ALL
                .map(|reason| Class::ALL.map(|class| refused.with_label_values(&[reason.name(), class.name()]))),
            queue: gauge(
                "live_pack_queue_seconds",
                "Expected queueing delay of a request that arrives now, in seconds",
            )?,
            level,
        })
    }

    pub(super) fn refused(&self, reason: Reason, class: Class) {
        if let Some(counter) = self.refused.get(reason as usize).and_then(|classes| classes.get(class.index())) {
            counter.inc();
        }
    }

    pub(super) fn queue(&self, queue: Duration) {
        self.queue.set(queue.as_secs_f64());
    }

    pub(super) fn level(&self, thousandths: u16) {
        self.level.set(f64::from(thousandths) / 1e3);
    }
}
