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

pub(super) static ALL: &[&Statement] = &[&READ, &REMOVE];
