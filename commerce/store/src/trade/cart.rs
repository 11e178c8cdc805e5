//! Lines of carts.

use crate::{Cell, Statement, record::record};

record! {
    /// Key of a line.
    CartKey {
        /// Buyer.
        account_id: int,
        /// SKU.
        sku_id: int,
    }
}

record! {
    /// A line of a cart.
    CartRow {
        /// Buyer.
        account_id: int,
        /// SKU.
        sku_id: int,
        /// Seller of the SKU.
        seller_id: int,
        /// Product of the SKU.
        product_id: int,
        /// Units, 1 to 99.
        quantity: int,
        /// Unix milliseconds.
        added_ms: int,
    }
}

record! {
    /// Owner of a cart.
    CartOwner {
        /// Buyer.
        account_id: int,
    }
}

/// Lines of an account, oldest first.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.cart_read",
    "SELECT c.account_id, c.sku_id, c.seller_id, c.product_id, c.quantity, c.added_ms FROM cart_line AS c \
     WHERE c.account_id = $1 ORDER BY c.added_ms, c.sku_id",
);

/// Removes lines.
pub static REMOVE: Statement = Statement::hot(
    Cell::Trade,
    "trade.cart_remove",
    "DELETE FROM cart_line WHERE (account_id, sku_id) IN \
     (SELECT rows.account_id, rows.sku_id FROM {rows: account_id BIGINT, sku_id BIGINT})",
);

/// Lines of accounts.
pub static READ_ALL: Statement = Statement::hot(
    Cell::Trade,
    "trade.cart_read_all",
    "SELECT c.account_id, c.sku_id, c.seller_id, c.product_id, c.quantity, c.added_ms FROM {rows: account_id BIGINT} \
     JOIN cart_line AS c ON c.account_id = rows.account_id",
);

/// Writes lines; a line that exists gets the new quantity.
pub static SET: Statement = Statement::hot(
    Cell::Trade,
    "trade.cart_set",
    "INSERT INTO cart_line (account_id, sku_id, seller_id, product_id, quantity, added_ms) \
     SELECT rows.account_id, rows.sku_id, rows.seller_id, rows.product_id, rows.quantity, rows.added_ms \
     FROM {rows: account_id BIGINT, sku_id BIGINT, seller_id BIGINT, product_id BIGINT, quantity BIGINT, \
     added_ms BIGINT} WHERE NOT EXISTS (SELECT 1 FROM closing AS c WHERE c.account_id = rows.account_id) \
     ON CONFLICT (account_id, sku_id) DO UPDATE SET quantity = excluded.quantity",
);

/// Removes all lines of accounts.
pub static CLEAR: Statement = Statement::hot(
    Cell::Trade,
    "trade.cart_clear",
    "DELETE FROM cart_line WHERE account_id IN (SELECT rows.account_id FROM {rows: account_id BIGINT})",
);

pub(super) static ALL: &[&Statement] = &[&READ, &READ_ALL, &SET, &REMOVE, &CLEAR];
