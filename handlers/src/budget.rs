//! A budget of events per second, shared fairly between keys.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// The period of a budget.
const SECOND: Duration = Duration::from_secs(1);

/// Admits a limited number of events per second, but at least one of each key.
///
/// One place per key is reserved; the other places are shared, first come, first served. An event of a key that had none
/// in the last second is therefore always admitted, regardless of the other keys.
#[derive(Debug)]
pub struct Budget {
    /// Last event in the reserved place of each key.
    reserved: Box<[Option<Instant>]>,
    /// Events of the last second in the shared places, the oldest first.
    shared: VecDeque<Instant>,
    /// Number of shared places.
    places: usize,
}

impl Budget {
    /// Creates a budget of `per_second` events, one of which is reserved for each of `keys` keys. If there are more keys than
    /// `per_second`, each key still has its reserved event.
    #[must_use]
    pub fn new(per_second: usize, keys: usize) -> Self {
        let places = per_second.saturating_sub(keys);
        Self { reserved: vec![None; keys].into(), shared: VecDeque::with_capacity(places), places }
    }

    /// Whether an event of `key` at `now` is within the budget. A key beyond the number of keys has no reserved place.
    pub fn take(&mut self, key: usize, now: Instant) -> bool {
        let is_over = |since: Instant| now.saturating_duration_since(since) >= SECOND;
        if let Some(reserved) = self.reserved.get_mut(key)
            && reserved.is_none_or(is_over)
        {
            *reserved = Some(now);
            return true;
        }
        while self.shared.front().copied().is_some_and(is_over) {
            self.shared.pop_front();
        }
        let has_place = self.shared.len() < self.places;
        if has_place {
            self.shared.push_back(now);
        }
        has_place
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEYS: usize = 5;
    const PER_SECOND: usize = 8;

    proptest! {
        #[test]
        fn no_second_has_more_events_and_no_quiet_key_is_refused(
            events in prop::collection::vec((0..KEYS, 0..400_u64), 1..400),
        ) {
            let (mut budget, mut now) = (Budget::new(PER_SECOND, KEYS), Instant::now());
            let mut admitted: Vec<(usize, Instant)> = Vec::new();
            for (key, wait) in events {
                now += Duration::from_millis(wait / 4);
                let last = |known: &(usize, Instant)| now - known.1 < SECOND;
                let is_quiet = !admitted.iter().any(|known| known.0 == key && last(known));
                let taken = budget.take(key, now);
                prop_assert!(taken || !is_quiet, "key {key} was quiet");
                if taken {
                    admitted.push((key, now));
                }
                prop_assert!(admitted.iter().filter(|known| last(known)).count() <= PER_SECOND);
            }
        }
    }

    #[test]
    fn a_key_alone_gets_its_place_and_the_shared_ones() {
        let (mut budget, start) = (Budget::new(PER_SECOND, KEYS), Instant::now());
        let taken = |budget: &mut Budget, at: Duration| (0..100).filter(|_| budget.take(2, start + at)).count();
        assert_eq!(taken(&mut budget, Duration::ZERO), 1 + PER_SECOND - KEYS);
        assert_eq!(taken(&mut budget, Duration::from_millis(999)), 0);
        assert_eq!(taken(&mut budget, SECOND), 1 + PER_SECOND - KEYS);
    }
}
