//! The share of the limit that one instance admits on its own: evenly, with a small burst.

use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use governor::{Quota, clock::Clock, state::keyed::DashMapStateStore};

use crate::config::Rate;

/// Number of counters per rate above which full ones are dropped.
const MANY: usize = 1_000;

/// Maximum number of counters per rate between two upkeeps: above it all are dropped.
const TOO_MANY: usize = 100_000;

/// Tokio's clock, which tests may pause.
#[derive(Debug, Clone)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

type Limiter = governor::RateLimiter<u64, DashMapStateStore<u64>, TokioClock>;

/// The counters of one rate. Made at the first use, and again when the share has changed.
#[derive(Debug, Default)]
pub(super) struct Local {
    current: ArcSwapOption<Share>,
}

#[derive(Debug)]
struct Share {
    instances: u32,
    limiter: Limiter,
}

impl Local {
    /// Counts one request for `id`, or returns the time until there is a place for it.
    pub(super) fn check(&self, rate: &Rate, instances: u32, id: u64) -> Result<(), Duration> {
        let current = self.current.load();
        let made;
        let share = match current.as_ref().filter(|share| share.instances == instances) {
            Some(share) => share,
            None => {
                // two concurrent calls may both make one; one of them is lost with the request or two it counted
                made = Arc::new(Share::new(rate, instances));
                self.current.store(Some(Arc::clone(&made)));
                &made
            }
        };
        share.limiter.check_key(&id).map_err(|until| until.wait_time_from(TokioClock.now()))
    }

    /// Number of counters.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.current.load().as_ref().map_or(0, |share| share.limiter.len())
    }

    /// Drops idle counters.
    pub(super) fn sweep(&self) {
        let Some(share) = self.current.load_full() else { return };
        if share.limiter.len() > MANY {
            share.limiter.retain_recent();
        }
        if share.limiter.len() > TOO_MANY {
            self.current.store(None);
        }
    }
}

impl Share {
    fn new(rate: &Rate, instances: u32) -> Self {
        let instances = instances.max(1);
        // exact in nanoseconds even if the share is not a whole number
        let every = (rate.period.saturating_mul(instances) / rate.limit.max(1)).max(Duration::from_nanos(1));
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let limiter = Limiter::dashmap_with_clock(quota.allow_burst(burst(rate.limit, instances)), TokioClock);
        Self { instances, limiter }
    }
}

/// Burst of a share: 5 % of it, or 5 requests if that is more, and never more than the share.
fn burst(limit: u32, instances: u32) -> NonZeroU32 {
    let share = limit.div_ceil(instances);
    NonZeroU32::new((share / 20).max(share.min(5))).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_a_small_part_of_the_share_but_lets_a_viewer_open_a_page() {
        let rows = [
            ("one of one", (1, 1), 1),
            ("a small limit alone", (4, 1), 4),
            ("five of ten", (10, 1), 5),
            ("five percent", (2_000, 4), 25),
            ("less than one a period", (3, 10), 1),
            ("the largest", (1_000_000, 1), 50_000),
        ];
        for (what, (limit, instances), want) in rows {
            assert_eq!(burst(limit, instances).get(), want, "{what}");
        }
    }
}
