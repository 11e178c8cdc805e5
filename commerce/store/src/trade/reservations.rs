//! Reservations: the units that an order holds or has bought.

use crate::{Cell, Statement, record::record};

record! {
    /// The units of one SKU in one order.
    ReservationRow {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// SKU.
        sku_id: int,
        /// Units.
        quantity: int,
        /// Name of the state.
        state: text,
    }
}

record! {
    /// A transition of all reservations of an order.
    ReservationChange {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// SKU.
        sku_id: int,
        /// State that the reservation must have.
        from_state: text,
        /// New state.
        to_state: text,
    }
}

/// Reads the reservations of orders, which the lock on the order protects.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.reservation_read",
    "SELECT r.seller_id, r.order_id, r.sku_id, r.quantity, r.state FROM {rows: seller_id BIGINT, order_id BIGINT} \
     JOIN reservation AS r ON r.seller_id = rows.seller_id AND r.order_id = rows.order_id \
     ORDER BY r.seller_id, r.order_id, r.sku_id",
);

/// Writes reservations.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.reservation_insert",
    "INSERT INTO reservation (seller_id, order_id, sku_id, quantity, state) \
     SELECT rows.seller_id, rows.order_id, rows.sku_id, rows.quantity, rows.state \
     FROM {rows: seller_id BIGINT, order_id BIGINT, sku_id BIGINT, quantity BIGINT, state TEXT} WHERE true",
);

/// Changes the state of reservations that have the expected state.
pub static CHANGE: Statement = Statement::hot(
    Cell::Trade,
    "trade.reservation_change",
    "UPDATE reservation SET state = rows.to_state \
     FROM {rows: seller_id BIGINT, order_id BIGINT, sku_id BIGINT, from_state TEXT, to_state TEXT} \
     WHERE reservation.seller_id = rows.seller_id AND reservation.order_id = rows.order_id \
     AND reservation.sku_id = rows.sku_id AND reservation.state = rows.from_state",
);

pub(super) static ALL: &[&Statement] = &[&READ, &INSERT, &CHANGE];
