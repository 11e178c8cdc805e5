//! Logs, records and traces: what was lost of them.

use prometheus::{IntCounter, IntCounterVec};

use crate::ReadCounter;

families! {
    "Logs, records and traces";

    /// Log lines that could not be written, for example because the disk is full.
    LOG_LINES_FAILED: IntCounter = "live_pack_log_lines_failed_total" [];
    /// Log lines dropped because the disk, or the reader of standard error, did not keep up.
    LOG_LINES_DROPPED: ReadCounter = "live_pack_log_lines_dropped_total" [];
    /// Records that were not kept though there was a reason to, by the reason (failed, degraded, slow, followed, sampled) and by
    /// the cause: budget, queue.
    RECORDS_DROPPED: IntCounterVec = "live_pack_records_dropped_total" ["reason", "cause"]
        => "`budget`: 20 per second are kept, which is enough in an outage; `queue`: the share `records` of `LogConf` is too large.";
    /// Traces that were not exported though there was a reason to, by the reason and the cause of records.
    TRACES_DROPPED: IntCounterVec = "live_pack_traces_dropped_total" ["reason", "cause"];
}
