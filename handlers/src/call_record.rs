//! The record of a call: everything known about it after its answer. Records are also kept in production.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use live_pack_dal::FastStr;
use live_pack_entities::request::LiveRequest;
use live_pack_idl::{Method, live_pack::Degraded};
use tokio::time::Instant;

use crate::{reasons::Kept, runs::Runs};

/// The record of a call. The receiver renders it after the answer.
pub struct CallRecord {
    /// The method.
    pub method: Method,
    /// The decision to keep it.
    pub kept: Kept,
    /// The request with its trace, its arms and its downstream calls.
    pub request: Arc<LiveRequest>,
    /// The caller, verified by its connection.
    pub caller: FastStr,
    /// The service name stated by the caller, unverified; empty if none.
    pub stated_caller: FastStr,
    /// The keyed hash of a followed viewer.
    pub user: Option<FastStr>,
    /// The version of the configuration.
    pub config_version: FastStr,
    /// The status of the answer.
    pub status: i32,
    /// The losses of the answer.
    pub degraded: Vec<Degraded>,
    /// The engines and flows.
    pub runs: Runs,
    /// Time at which the request was decoded.
    pub received: Instant,
    /// Duration from `received` to the answer.
    pub took: Duration,
    /// Converts instants to real time.
    pub clock: WallClock,
}

impl fmt::Debug for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log_id = &self.request.call.log_id;
        f.debug_struct("CallRecord").field("method", &self.method).field("log_id", log_id).finish_non_exhaustive()
    }
}

/// Converts instants to real time, regardless of the clock that the service shows to viewers.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    instant: Instant,
    /// Nanoseconds of Unix time at `instant`.
    unix: u64,
}

impl WallClock {
    /// Reads both clocks.
    #[must_use]
    pub fn now() -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, nanos);
        Self { instant: Instant::now(), unix }
    }

    /// Nanoseconds of Unix time at an instant.
    #[must_use]
    pub fn unix_nanos(&self, at: Instant) -> u64 {
        let since = self.unix.saturating_add(nanos(at.saturating_duration_since(self.instant)));
        since.saturating_sub(nanos(self.instant.saturating_duration_since(at)))
    }
}

/// Whole nanoseconds; saturates after 584 years.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_before_or_after_the_reading_has_its_real_time() {
        let (instant, unix) = (Instant::now() + Duration::from_secs(60), 1_795_000_000_000_000_000);
        let clock = WallClock { instant, unix };
        assert_eq!(clock.unix_nanos(instant), unix);
        assert_eq!(clock.unix_nanos(instant - Duration::from_nanos(7)), unix - 7);
        assert_eq!(clock.unix_nanos(instant + Duration::from_secs(2)), unix + 2_000_000_000);
    }
}
