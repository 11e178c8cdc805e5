//! Stock of SKUs: units on hand and units reserved by unpaid orders.

use crate::{Cell, Statement, record::record};

record! {
    /// Key of a stock row.
    StockKey {
        /// Seller of the SKU.
        seller_id: int,
        /// The SKU.
        sku_id: int,
    }
}

record! {
    /// A stock row.
    StockRow {
        /// Seller of the SKU.
        seller_id: int,
        /// The SKU.
        sku_id: int,
        /// Units that the seller has, including reserved ones.
        on_hand: int,
        /// Units in unpaid orders.
        reserved: int,
    }
}

record! {
    /// A change of a stock row.
    StockChange {
        /// Seller of the SKU.
        seller_id: int,
        /// The SKU.
        sku_id: int,
        /// Added to the units on hand; negative when units are sold.
        on_hand: int,
        /// Added to the reserved units.
        reserved: int,
    }
}

record! {
    /// Units received, or, with a negative quantity, removed.
    StockEntry {
        /// Seller of the SKU.
        seller_id: int,
        /// The SKU.
        sku_id: int,
        /// Id of the entry.
        entry_id: int,
        /// Units.
        quantity: int,
        /// Unix milliseconds.
        at_ms: int,
    }
}

/// Locks stock rows in key order.
pub static LOCK: Statement = Statement::hot(
    Cell::Trade,
    "trade.stock_lock",
    "SELECT s.seller_id, s.sku_id, s.on_hand, s.reserved \
     FROM {rows: seller_id BIGINT, sku_id BIGINT} \
     JOIN stock AS s ON s.seller_id = rows.seller_id AND s.sku_id = rows.sku_id \
     ORDER BY s.seller_id, s.sku_id {lock s}",
);

/// Reads stock rows.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.stock_read",
    "SELECT s.seller_id, s.sku_id, s.on_hand, s.reserved \
     FROM {rows: seller_id BIGINT, sku_id BIGINT} \
     JOIN stock AS s ON s.seller_id = rows.seller_id AND s.sku_id = rows.sku_id",
);

/// Applies changes to locked rows.
pub static CHANGE: Statement = Statement::hot(
    Cell::Trade,
    "trade.stock_change",
    "UPDATE stock SET on_hand = stock.on_hand + rows.on_hand, reserved = stock.reserved + rows.reserved, \
     version = stock.version + 1 \
     FROM {rows: seller_id BIGINT, sku_id BIGINT, on_hand BIGINT, reserved BIGINT} \
     WHERE stock.seller_id = rows.seller_id AND stock.sku_id = rows.sku_id",
);

/// Creates missing stock rows without units.
pub static CREATE: Statement = Statement::hot(
    Cell::Trade,
    "trade.stock_create",
    "INSERT INTO stock (seller_id, sku_id, on_hand, reserved, version) \
     SELECT rows.seller_id, rows.sku_id, 0, 0, 1 FROM {rows: seller_id BIGINT, sku_id BIGINT} WHERE true \
     ON CONFLICT (seller_id, sku_id) DO NOTHING RETURNING seller_id, sku_id",
);

/// Writes entries of received units.
pub static ENTER: Statement = Statement::hot(
    Cell::Trade,
    "trade.stock_enter",
    "INSERT INTO stock_entry (seller_id, sku_id, entry_id, quantity, at_ms) \
     SELECT rows.seller_id, rows.sku_id, rows.entry_id, rows.quantity, rows.at_ms \
     FROM {rows: seller_id BIGINT, sku_id BIGINT, entry_id BIGINT, quantity BIGINT, at_ms BIGINT} WHERE true",
);

pub(super) static ALL: &[&Statement] = &[&LOCK, &READ, &CHANGE, &CREATE, &ENTER];
