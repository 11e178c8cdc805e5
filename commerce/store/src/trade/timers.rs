//! Timers: rows with the time at which something is due.

use crate::{Cell, Statement, record::record};

record! {
    /// A timer of an order.
    TimerRow {
        /// Unix milliseconds.
        due_ms: int,
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// Kind of timer.
        kind: text,
        /// State that the order must have when it is due.
        state: text,
    }
}

/// Writes timers.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.timer_insert",
    "INSERT INTO timer (due_ms, seller_id, order_id, kind, state) \
     SELECT rows.due_ms, rows.seller_id, rows.order_id, rows.kind, rows.state \
     FROM {rows: due_ms BIGINT, seller_id BIGINT, order_id BIGINT, kind TEXT, state TEXT} WHERE true",
);

/// Removes and returns at most `$2` timers that are due at `$1`, oldest first, skipping those locked by another
/// process.
pub static CLAIM: Statement = Statement::hot(
    Cell::Trade,
    "trade.timer_claim",
    "DELETE FROM timer WHERE (due_ms, seller_id, order_id, kind) IN \
     (SELECT t.due_ms, t.seller_id, t.order_id, t.kind FROM timer AS t WHERE t.due_ms <= $1 \
     ORDER BY t.due_ms, t.seller_id, t.order_id, t.kind LIMIT $2 {claim t}) \
     RETURNING due_ms, seller_id, order_id, kind, state",
);

/// The oldest timer that is due at `$1`.
pub static DUE: Statement = Statement::hot(
    Cell::Trade,
    "trade.timer_due",
    "SELECT t.due_ms FROM timer AS t WHERE t.due_ms <= $1 ORDER BY t.due_ms LIMIT 1",
);

pub(super) static ALL: &[&Statement] = &[&INSERT, &CLAIM, &DUE];
