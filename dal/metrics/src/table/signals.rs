//! Logs, records and traces, and their losses.

use prometheus::{IntCounter, IntCounterVec};

use crate::ReadCounter;

families! {
    "Logs, records and traces";

    /// Log lines that could not be written, for example because the disk is full.
    LOG_LINES_FAILED: IntCounter = "live_pack_log_lines_failed_total" [];
    /// Log lines dropped because the disk, or the reader of standard error, did not keep up.
    LOG_LINES_DROPPED: ReadCounter = "live_pack_log_lines_dropped_total" [];
    /// Log lines left out because their place in the code had reached its limit of lines per second.
    LOG_LINES_SUPPRESSED: IntCounterVec = "live_pack_log_lines_suppressed_total" ["severity"];
    /// Records that were dropped although there was a reason to keep them, by reason (failed, degraded, slow, followed, sampled)
    /// and cause (budget, queue).
    RECORDS_DROPPED: IntCounterVec = "live_pack_records_dropped_total" ["reason", "cause"]
        => "`budget`: at most 20 per second are kept, which is enough in an outage; `queue`: the share `records` of `LogConf` is too large.";
    /// Traces that were dropped although there was a reason to export them, by reason and cause as for records.
    TRACES_DROPPED: IntCounterVec = "live_pack_traces_dropped_total" ["reason", "cause"];
    /// Spans that the trace collector has accepted.
    TRACE_SPANS_EXPORTED: IntCounter = "live_pack_trace_spans_exported_total" [];
    /// Spans that did not reach the trace collector, by reason: queue_full, rejected, refused, gave_up, shutdown.
    TRACE_SPANS_DROPPED: IntCounterVec = "live_pack_trace_spans_dropped_total" ["reason"]
        => "Each reason is explained in [tracing.md](tracing.md).";
    /// Failed attempts to export traces, by kind: unreachable, timed_out, refused, unreadable.
    TRACE_EXPORT_FAILURES: IntCounterVec = "live_pack_trace_export_failures_total" ["kind"]
        => "Attempts are retried; lost spans are counted in `live_pack_trace_spans_dropped_total`.";
}
