//! Admission: refusals, and the measurements behind them.

use prometheus::{Gauge, IntCounter, IntCounterVec};

families! {
    "Admission";

    /// Requests that admission refused, by reason and class.
    ADMISSION_REFUSED: IntCounterVec = "live_pack_admission_refused_total" ["reason", "class"]
        => "`overload`, `in_flight`: add instances, or reduce the load. `rate`, `forbidden`: check the caller.";
    /// Expected queueing delay of a request that arrives now, in seconds.
    QUEUE_SECONDS: Gauge = "live_pack_queue_seconds" []
        => "Load is shed while it exceeds `OverloadConf.queue`.";
    /// Share of the priority levels (class and viewer) that is admitted; 1: all.
    ADMISSION_LEVEL: Gauge = "live_pack_admission_level" [];
    /// Requests refused by a rate limit, by the level of the limit.
    RATE_LIMITED: IntCounterVec = "live_pack_rate_limited_total" ["level"];
    /// Requests judged by this instance's share of the limits because Redis did not answer.
    RATE_LOCAL: IntCounter = "live_pack_rate_local_total" [];
}
