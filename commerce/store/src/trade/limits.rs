//! Units of limited products that buyers hold.

use crate::{Cell, Statement, record::record};

record! {
    /// Key of a count.
    LimitKey {
        /// Buyer.
        account_id: int,
        /// Product.
        product_id: int,
    }
}

record! {
    /// Units that a buyer holds of a product.
    LimitRow {
        /// Buyer.
        account_id: int,
        /// Product.
        product_id: int,
        /// Units in orders that are not cancelled.
        used: int,
    }
}

/// Creates missing counts, because a missing row cannot be locked.
pub static CREATE: Statement = Statement::hot(
    Cell::Trade,
    "trade.limit_create",
    "INSERT INTO limit_count (account_id, product_id, used) \
     SELECT rows.account_id, rows.product_id, 0 FROM {rows: account_id BIGINT, product_id BIGINT} WHERE true \
     ORDER BY rows.account_id, rows.product_id ON CONFLICT (account_id, product_id) DO NOTHING",
);

/// Locks counts in key order.
pub static LOCK: Statement = Statement::hot(
    Cell::Trade,
    "trade.limit_lock",
    "SELECT l.account_id, l.product_id, l.used FROM {rows: account_id BIGINT, product_id BIGINT} \
     JOIN limit_count AS l ON l.account_id = rows.account_id AND l.product_id = rows.product_id \
     ORDER BY l.account_id, l.product_id {lock l}",
);

/// Reads counts.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.limit_read",
    "SELECT l.account_id, l.product_id, l.used FROM {rows: account_id BIGINT, product_id BIGINT} \
     JOIN limit_count AS l ON l.account_id = rows.account_id AND l.product_id = rows.product_id",
);

/// Sets locked counts.
pub static SET: Statement = Statement::hot(
    Cell::Trade,
    "trade.limit_set",
    "UPDATE limit_count SET used = rows.used FROM {rows: account_id BIGINT, product_id BIGINT, used BIGINT} \
     WHERE limit_count.account_id = rows.account_id AND limit_count.product_id = rows.product_id",
);

pub(super) static ALL: &[&Statement] = &[&CREATE, &LOCK, &READ, &SET];
