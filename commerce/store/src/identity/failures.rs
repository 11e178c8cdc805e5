//! Recent failed log-ins.

use crate::{Cell, Statement, record::record};

record! {
    /// Failed log-ins with one e-mail.
    FailuresRow {
        /// JSON array of Unix milliseconds, oldest first.
        failed_ms: text,
        /// Grows by one with each change.
        version: int,
    }
}

/// The failed log-ins with an e-mail.
pub static READ: Statement = Statement::hot(
    Cell::Identity,
    "identity.failures",
    "SELECT f.failed_ms, f.version FROM failed_log_in AS f WHERE f.email_hash = $1",
);

/// Saves failures `$2`, the newest at `$3`, over version `$4` (0 if there were none). Changes no row if another process
/// was faster.
pub static SAVE: Statement = Statement::hot(
    Cell::Identity,
    "identity.failures_save",
    "INSERT INTO failed_log_in (email_hash, failed_ms, newest_ms, version) VALUES ($1, $2, $3, 1) \
     ON CONFLICT (email_hash) DO UPDATE SET failed_ms = excluded.failed_ms, newest_ms = excluded.newest_ms, \
     version = failed_log_in.version + 1 WHERE failed_log_in.version = $4",
);

/// Deletes at most `$2` rows whose newest failure is before `$1`.
pub static PURGE: Statement = Statement::hot(
    Cell::Identity,
    "identity.failures_purge",
    "DELETE FROM failed_log_in WHERE email_hash IN \
     (SELECT f.email_hash FROM failed_log_in AS f WHERE f.newest_ms < $1 ORDER BY f.newest_ms LIMIT $2 {claim f})",
);

pub(super) static ALL: &[&Statement] = &[&READ, &SAVE, &PURGE];
