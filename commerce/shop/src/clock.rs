//! The clock of the shop's rules. Ids always use the real clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

/// Unix milliseconds: system time, set by a test, or frozen.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock. It never goes back while the process runs: if it is set back, elapsed time is used instead.
    System(Arc<Anchor>),
    /// A clock set by its owner; frozen until it is set.
    Manual(Arc<AtomicI64>),
}

/// An instant at which both clocks were read.
#[derive(Debug)]
pub struct Anchor {
    wall_ms: i64,
    at: Instant,
    newest_ms: AtomicI64,
}

fn wall_ms() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        let wall_ms = wall_ms();
        Self::System(Arc::new(Anchor { wall_ms, at: Instant::now(), newest_ms: AtomicI64::new(wall_ms) }))
    }

    /// A clock frozen at `now_ms`.
    #[must_use]
    pub fn frozen(now_ms: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now_ms)))
    }

    /// Unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System(anchor) => {
                let now = wall_ms().max(anchor.wall_ms + millis(anchor.at.elapsed()));
                anchor.newest_ms.fetch_max(now, Relaxed).max(now)
            }
            Self::Manual(now) => now.load(Relaxed),
        }
    }
}

/// An instant as RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn rfc3339(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms).map_or_else(|_| unix_ms.to_string(), |at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_milliseconds_in_utc() {
        assert_eq!(rfc3339(1_764_328_271_000), "2025-11-28T11:11:11.000Z");
        assert_eq!(rfc3339(1_764_328_271_007), "2025-11-28T11:11:11.007Z");
    }

    #[test]
    fn the_system_clock_does_not_go_back() {
        let ahead = wall_ms() + 3_600_000;
        // As if the wall clock had been set back by an hour since then.
        let clock =
            Clock::System(Arc::new(Anchor { wall_ms: ahead, at: Instant::now(), newest_ms: AtomicI64::new(ahead) }));
        let first = clock.now_ms();
        assert!(first >= ahead && clock.now_ms() >= first);
    }
}
