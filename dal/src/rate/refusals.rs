//! Refusals that still hold.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Longest time for which a refusal is remembered: a Redis that comes back empty has free places at once.
const LONGEST: Duration = Duration::from_secs(1);

/// Maximum number of remembered refusals; a power of two.
const SLOTS: usize = 1024;

/// The times at which counters have a place again. The table never grows: a newcomer replaces the previous owner of its
/// slot, whose next request asks Redis again.
#[derive(Debug)]
pub(super) struct Refusals {
    // std mutex: held for two words, never across an await
    slots: Box<[Mutex<Slot>]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    id: u64,
    /// Time at which a place is free, and time until which this is believed.
    free: Option<(Instant, Instant)>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self { slots: std::iter::repeat_with(Mutex::default).take(SLOTS).collect() }
    }
}

impl Refusals {
    /// Time until the counter has a place; `None` if it may have one now.
    pub(super) fn holds(&self, id: u64) -> Option<Duration> {
        let slot = *self.slot(id)?.lock().unwrap_or_else(PoisonError::into_inner);
        let (free, until) = slot.free.filter(|_| slot.id == id)?;
        let now = Instant::now();
        (now < until).then(|| free.saturating_duration_since(now))
    }

    /// Remembers that the counter has no place for this long.
    pub(super) fn remember(&self, id: u64, wait: Duration) {
        if let Some(slot) = self.slot(id) {
            let now = Instant::now();
            let free = Some((now + wait, now + wait.min(LONGEST)));
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Slot { id, free };
        }
    }

    fn slot(&self, id: u64) -> Option<&Mutex<Slot>> {
        #[expect(clippy::cast_possible_truncation, reason = "the low bits choose the slot")]
        self.slots.get(id as usize % SLOTS)
    }
}
