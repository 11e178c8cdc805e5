//! A limit on the lines per second of each place in the code (callsite), so that a storm of failures cannot
//! become a storm of lines.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use live_pack_dal::RequestLabel;
use live_pack_handlers::Budget;
use live_pack_idl::Method;
use live_pack_metrics::LOG_LINES_SUPPRESSED;
use prometheus::{IntCounter, Registry};
use tokio::time::Instant;
use tracing::{Event, Level, Metadata, Subscriber, callsite::Identifier};
use tracing_subscriber::{Layer, layer::Context};

/// Maximum number of lines per second of one place.
pub(super) const LINES: usize = 20;

/// Number of budget keys: one per method, and one for lines outside a request.
const KEYS: usize = Method::ALL.len() + 1;

/// Targets without this limit: their own share or budget limits the number of lines.
const UNLIMITED: [&str; 2] = ["access", "record"];

/// The lines of one place.
struct Place {
    budget: Budget,
    /// Lines left out since the last one that was written.
    suppressed: u64,
}

/// The limits of all places that have written a line.
pub(super) struct Limits {
    // std mutex: held to count one line, never across a write
    places: Mutex<HashMap<Identifier, Place>>,
    /// In the order of [`LEVELS`].
    suppressed: [IntCounter; LEVELS.len()],
}

/// All levels.
const LEVELS: [Level; 5] = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];

impl Limits {
    /// Registers the metric.
    ///
    /// # Errors
    /// The metric is already registered.
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let suppressed = LOG_LINES_SUPPRESSED.register(registry)?;
        Ok(Self {
            places: Mutex::default(),
            suppressed: LEVELS.map(|level| suppressed.with_label_values(&[name(level)])),
        })
    }

    /// Whether the line is within the limit; otherwise it is counted.
    fn admits(&self, line: &Metadata<'_>, now: Instant) -> bool {
        if UNLIMITED.contains(&line.target()) {
            return true;
        }
        let key = RequestLabel::with(|label| label.method.index()).unwrap_or(Method::ALL.len());
        let mut places = self.places();
        let new = || Place { budget: Budget::new(LINES, KEYS), suppressed: 0 };
        let place = places.entry(line.callsite()).or_insert_with(new);
        let admitted = place.budget.take(key, now);
        if !admitted {
            place.suppressed += 1;
            let counters = LEVELS.iter().zip(&self.suppressed);
            counters.filter(|(level, _)| *level == line.level()).for_each(|(_, counter)| counter.inc());
        }
        admitted
    }

    /// Number of lines of this place that were left out since the last call.
    pub(super) fn take_suppressed(&self, line: &Metadata<'_>) -> u64 {
        self.places().get_mut(&line.callsite()).map_or(0, |place| std::mem::take(&mut place.suppressed))
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Identifier, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The limits as a layer.
pub(super) struct LimitLayer(pub(super) Arc<Limits>);

impl<S: Subscriber> Layer<S> for LimitLayer {
    fn event_enabled(&self, event: &Event<'_>, _cx: Context<'_, S>) -> bool {
        self.0.admits(event.metadata(), Instant::now())
    }
}

/// The name of a level, as metrics and `LogConf` write it.
const fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}
