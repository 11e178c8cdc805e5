//! Logs, records and traces: what was lost of them.

use prometheus::IntCounter;

use crate::ReadCounter;

families! {
    "Logs, records and traces";

    /// Log lines that could not be written, for example because the disk is full.
    LOG_LINES_FAILED: IntCounter = "live_pack_log_lines_failed_total" [];
    /// Log lines dropped because the disk, or the reader of standard error, did not keep up.
    LOG_LINES_DROPPED: ReadCounter = "live_pack_log_lines_dropped_total" [];
}
