//! Quotes: prices that are valid until they expire.

use crate::{Cell, Statement, record::record};

record! {
    /// Key of a quote.
    QuoteKey {
        /// Buyer.
        account_id: int,
        /// The quote.
        quote_id: int,
    }
}

record! {
    /// A quote.
    QuoteRow {
        /// Buyer.
        account_id: int,
        /// The quote.
        quote_id: int,
        /// Unix milliseconds.
        created_ms: int,
        /// Unix milliseconds; the first instant at which it is no longer valid.
        expires_ms: int,
        /// 1 once an order was placed from it.
        used: int,
        /// The priced quote as JSON.
        body: text,
    }
}

/// Writes quotes, except for accounts that are being closed.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.quote_insert",
    "INSERT INTO quote (account_id, quote_id, created_ms, expires_ms, used, body) \
     SELECT rows.account_id, rows.quote_id, rows.created_ms, rows.expires_ms, rows.used, rows.body \
     FROM {rows: account_id BIGINT, quote_id BIGINT, created_ms BIGINT, expires_ms BIGINT, used BIGINT, body TEXT} \
     WHERE NOT EXISTS (SELECT 1 FROM closing AS c WHERE c.account_id = rows.account_id)",
);

/// Locks quotes in key order.
pub static LOCK: Statement = Statement::hot(
    Cell::Trade,
    "trade.quote_lock",
    "SELECT q.account_id, q.quote_id, q.created_ms, q.expires_ms, q.used, q.body \
     FROM {rows: account_id BIGINT, quote_id BIGINT} \
     JOIN quote AS q ON q.account_id = rows.account_id AND q.quote_id = rows.quote_id \
     ORDER BY q.account_id, q.quote_id {lock q}",
);

/// Marks quotes as used.
pub static USE: Statement = Statement::hot(
    Cell::Trade,
    "trade.quote_use",
    "UPDATE quote SET used = 1 FROM {rows: account_id BIGINT, quote_id BIGINT} \
     WHERE quote.account_id = rows.account_id AND quote.quote_id = rows.quote_id AND quote.used = 0",
);

/// Deletes at most `$2` quotes that expired before `$1`.
pub static PURGE: Statement = Statement::hot(
    Cell::Trade,
    "trade.quote_purge",
    "DELETE FROM quote WHERE (account_id, quote_id) IN \
     (SELECT q.account_id, q.quote_id FROM quote AS q WHERE q.expires_ms < $1 ORDER BY q.expires_ms LIMIT $2 {claim q})",
);

pub(super) static ALL: &[&Statement] = &[&INSERT, &LOCK, &USE, &PURGE];
