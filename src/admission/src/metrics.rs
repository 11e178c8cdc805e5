//! The metrics of admission, with every handle resolved before the first request.

use std::time::Duration;

use live_pack_dal::config::Class;
use live_pack_metrics::{ADMISSION_LEVEL, ADMISSION_REFUSED, QUEUE_SECONDS};
use prometheus::{Gauge, IntCounter, Registry};

use super::refusal::Reason;

/// The metrics of admission.
#[derive(Debug)]
pub(super) struct AdmissionMetrics {
    /// Refusals, by reason and class.
    refused: [[IntCounter; Class::ALL.len()]; Reason::ALL.len()],
    /// Expected queueing delay.
    queue: Gauge,
    /// Share of the levels that is admitted.
    level: Gauge,
}

impl AdmissionMetrics {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let refused = ADMISSION_REFUSED.register(registry)?;
        let level = ADMISSION_LEVEL.register(registry)?;
        level.set(1.0);
        Ok(Self {
            // From the start: an alarm on a missing series never fires.
            refused: Reason::ALL
                .map(|reason| Class::ALL.map(|class| refused.with_label_values(&[reason.name(), class.name()]))),
            queue: QUEUE_SECONDS.register(registry)?,
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
