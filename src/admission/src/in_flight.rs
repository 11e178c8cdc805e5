//! The cap on requests between decode and answer. Its last tenth is reserved for critical requests.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use live_pack_dal::config::Class;

/// Counts requests in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    now: AtomicUsize,
    max: usize,
}

/// One request in flight, until it is dropped.
#[derive(Debug)]
pub(super) struct InFlightGuard<'a>(&'a InFlight);

impl InFlight {
    pub(super) const fn new(max: usize) -> Self {
        Self { now: AtomicUsize::new(0), max }
    }

    /// Number of requests in flight.
    pub(super) fn now(&self) -> usize {
        self.now.load(Relaxed)
    }

    /// A place for a request, if there is one for its class.
    pub(super) fn enter(&self, class: Class) -> Option<InFlightGuard<'_>> {
        let max = if class == Class::Critical { self.max } else { self.max - self.max / 10 };
        // Incremented before the comparison, so that two requests cannot both get the last place. The drop decrements.
        let before = self.now.fetch_add(1, Relaxed);
        let guard = InFlightGuard(self);
        (before < max).then_some(guard)
    }
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tenth_is_for_critical_requests_and_places_are_given_back() {
        let in_flight = InFlight::new(20);
        let mut held: Vec<_> = (0..30).filter_map(|_| in_flight.enter(Class::High)).collect();
        assert_eq!((held.len(), in_flight.now()), (18, 18));
        held.extend((0..30).filter_map(|_| in_flight.enter(Class::Critical)));
        assert_eq!((held.len(), in_flight.now()), (20, 20));
        held.truncate(17);
        assert!(in_flight.enter(Class::Low).is_some());
        drop(held);
        assert_eq!(in_flight.now(), 0);
    }
}
