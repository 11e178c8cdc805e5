//! Events, written in the same transaction as their cause.

use crate::{Cell, Statement, record::record};

record! {
    /// An event of an order.
    EventRow {
        /// Id of the event.
        event_id: int,
        /// Unix milliseconds.
        at_ms: int,
        /// Kind of event.
        kind: text,
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// Version of the order after the event.
        version: int,
    }
}

/// Writes events.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.event_insert",
    "INSERT INTO event (event_id, tx, at_ms, kind, seller_id, order_id, version) \
     SELECT rows.event_id, {tx}, rows.at_ms, rows.kind, rows.seller_id, rows.order_id, rows.version \
     FROM {rows: event_id BIGINT, at_ms BIGINT, kind TEXT, seller_id BIGINT, order_id BIGINT, version BIGINT} WHERE true",
);

pub(super) static ALL: &[&Statement] = &[&INSERT];
