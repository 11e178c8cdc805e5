//! Orders with their lines, histories and routes.

use crate::{Cell, Statement, record::record};

record! {
    /// Id of an order.
    OrderId {
        /// The order.
        order_id: int,
    }
}

record! {
    /// Key of an order.
    OrderKey {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
    }
}

record! {
    /// Route from an order id to its seller and buyer.
    RouteRow {
        /// The order.
        order_id: int,
        /// Seller.
        seller_id: int,
        /// Buyer.
        account_id: int,
    }
}

record! {
    /// An order.
    OrderRow {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// Buyer.
        account_id: int,
        /// Quote that it was placed from.
        quote_id: int,
        /// Name of the state.
        state: text,
        /// Starts at 1; grows by one with each transition or change.
        version: int,
        /// ISO 4217.
        currency: text,
        /// Sum of the lines before discounts, in minor units.
        subtotal: int,
        /// Discounts, in minor units.
        discount: int,
        /// Shipping, in minor units.
        shipping: int,
        /// Tax, in minor units.
        tax: int,
        /// subtotal − discount + shipping + tax.
        total: int,
        /// Unix milliseconds.
        pay_by_ms: int,
        /// Unix milliseconds.
        created_ms: int,
        /// Delivery address as JSON.
        address: text,
    }
}

record! {
    /// A line of an order.
    LineRow {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// The line.
        line_id: int,
        /// Product.
        product_id: int,
        /// SKU.
        sku_id: int,
        /// Units.
        quantity: int,
        /// Price of a unit, in minor units.
        unit_price: int,
        /// Share of the order's discount, in minor units.
        discount: int,
        /// Tax of the line, in minor units.
        tax: int,
        /// quantity × unit price, in minor units.
        total: int,
        /// Limit per buyer of the product; null for unlimited.
        buyer_limit: maybe_int,
    }
}

record! {
    /// An entry of an order's history.
    HistoryRow {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// Version of the order that the entry led to.
        version: int,
        /// Unix milliseconds.
        at_ms: int,
        /// State before; null for the first entry.
        from_state: maybe_text,
        /// State after.
        to_state: text,
        /// Role of the actor.
        actor: text,
        /// Reason.
        reason: text,
    }
}

record! {
    /// A compare-and-set of an order's state and address.
    OrderChange {
        /// Seller.
        seller_id: int,
        /// The order.
        order_id: int,
        /// State that the order must have.
        from_state: text,
        /// Version that the order must have; it is then increased by one.
        from_version: int,
        /// New state.
        to_state: text,
        /// New address.
        address: text,
    }
}

/// Reads the routes of orders.
pub static ROUTES: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_routes",
    "SELECT r.order_id, r.seller_id, r.account_id FROM {rows: order_id BIGINT} \
     JOIN order_route AS r ON r.order_id = rows.order_id",
);

/// At most `$3` ids of an account's orders below `$2`, newest first.
pub static LIST: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_list",
    "SELECT r.order_id, r.seller_id, r.account_id FROM order_route AS r \
     WHERE r.account_id = $1 AND r.order_id < $2 ORDER BY r.account_id DESC, r.order_id DESC LIMIT $3",
);

/// Locks orders in key order.
pub static LOCK: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_lock",
    "SELECT o.seller_id, o.order_id, o.account_id, o.quote_id, o.state, o.version, o.currency, o.subtotal, \
     o.discount, o.shipping, o.tax, o.total, o.pay_by_ms, o.created_ms, o.address \
     FROM {rows: seller_id BIGINT, order_id BIGINT} \
     JOIN orders AS o ON o.seller_id = rows.seller_id AND o.order_id = rows.order_id \
     ORDER BY o.seller_id, o.order_id {lock o}",
);

/// Reads orders.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_read",
    "SELECT o.seller_id, o.order_id, o.account_id, o.quote_id, o.state, o.version, o.currency, o.subtotal, \
     o.discount, o.shipping, o.tax, o.total, o.pay_by_ms, o.created_ms, o.address \
     FROM {rows: seller_id BIGINT, order_id BIGINT} \
     JOIN orders AS o ON o.seller_id = rows.seller_id AND o.order_id = rows.order_id",
);

/// Reads the lines of orders, in their order.
pub static LINES: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_lines",
    "SELECT l.seller_id, l.order_id, l.line_id, l.product_id, l.sku_id, l.quantity, l.unit_price, l.discount, l.tax, \
     l.total, l.buyer_limit FROM {rows: seller_id BIGINT, order_id BIGINT} \
     JOIN order_line AS l ON l.seller_id = rows.seller_id AND l.order_id = rows.order_id \
     ORDER BY l.seller_id, l.order_id, l.line_id",
);

/// Reads the histories of orders, oldest entry first.
pub static HISTORY: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_history",
    "SELECT h.seller_id, h.order_id, h.version, h.at_ms, h.from_state, h.to_state, h.actor, h.reason \
     FROM {rows: seller_id BIGINT, order_id BIGINT} \
     JOIN order_history AS h ON h.seller_id = rows.seller_id AND h.order_id = rows.order_id \
     ORDER BY h.seller_id, h.order_id, h.version",
);

/// Writes orders.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_insert",
    "INSERT INTO orders (seller_id, order_id, account_id, quote_id, state, version, currency, subtotal, discount, shipping, \
     tax, total, pay_by_ms, created_ms, address) \
     SELECT rows.seller_id, rows.order_id, rows.account_id, rows.quote_id, rows.state, rows.version, rows.currency, \
     rows.subtotal, rows.discount, rows.shipping, rows.tax, rows.total, rows.pay_by_ms, rows.created_ms, rows.address \
     FROM {rows: seller_id BIGINT, order_id BIGINT, account_id BIGINT, quote_id BIGINT, state TEXT, version BIGINT, \
     currency TEXT, subtotal BIGINT, discount BIGINT, shipping BIGINT, tax BIGINT, total BIGINT, pay_by_ms BIGINT, \
     created_ms BIGINT, address TEXT} WHERE true",
);

/// Writes lines.
pub static INSERT_LINES: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_insert_lines",
    "INSERT INTO order_line (seller_id, order_id, line_id, product_id, sku_id, quantity, unit_price, discount, tax, total, \
     buyer_limit) \
     SELECT rows.seller_id, rows.order_id, rows.line_id, rows.product_id, rows.sku_id, rows.quantity, rows.unit_price, \
     rows.discount, rows.tax, rows.total, rows.buyer_limit \
     FROM {rows: seller_id BIGINT, order_id BIGINT, line_id BIGINT, product_id BIGINT, sku_id BIGINT, quantity BIGINT, \
     unit_price BIGINT, discount BIGINT, tax BIGINT, total BIGINT, buyer_limit BIGINT} WHERE true",
);

/// Writes entries of histories.
pub static INSERT_HISTORY: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_insert_history",
    "INSERT INTO order_history (seller_id, order_id, version, at_ms, from_state, to_state, actor, reason) \
     SELECT rows.seller_id, rows.order_id, rows.version, rows.at_ms, rows.from_state, rows.to_state, rows.actor, \
     rows.reason \
     FROM {rows: seller_id BIGINT, order_id BIGINT, version BIGINT, at_ms BIGINT, from_state TEXT, to_state TEXT, \
     actor TEXT, reason TEXT} WHERE true",
);

/// Writes routes.
pub static INSERT_ROUTES: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_insert_routes",
    "INSERT INTO order_route (order_id, seller_id, account_id) \
     SELECT rows.order_id, rows.seller_id, rows.account_id \
     FROM {rows: order_id BIGINT, seller_id BIGINT, account_id BIGINT} WHERE true",
);

/// Changes orders that have the expected state and version.
pub static CHANGE: Statement = Statement::hot(
    Cell::Trade,
    "trade.order_change",
    "UPDATE orders SET state = rows.to_state, version = orders.version + 1, address = rows.address \
     FROM {rows: seller_id BIGINT, order_id BIGINT, from_state TEXT, from_version BIGINT, to_state TEXT, address TEXT} \
     WHERE orders.seller_id = rows.seller_id AND orders.order_id = rows.order_id \
     AND orders.state = rows.from_state AND orders.version = rows.from_version",
);

pub(super) static ALL: &[&Statement] =
    &[&ROUTES, &LIST, &LOCK, &READ, &LINES, &HISTORY, &INSERT, &INSERT_LINES, &INSERT_HISTORY, &INSERT_ROUTES, &CHANGE];
