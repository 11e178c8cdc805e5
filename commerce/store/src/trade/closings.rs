//! Closing of accounts in the trade cell. Orders stay; their personal data are erased.

use crate::{Cell, Statement};

/// Locks the quotes of an account, so that no orders can be placed from them.
pub static LOCK_QUOTES: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_lock_quotes",
    "SELECT q.quote_id FROM quote AS q WHERE q.account_id = $1 ORDER BY q.quote_id {lock q}",
);

/// An order of an account that is neither completed nor cancelled.
pub static OPEN_ORDER: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_open_order",
    "SELECT o.order_id FROM order_route AS r \
     JOIN orders AS o ON o.seller_id = r.seller_id AND o.order_id = r.order_id \
     WHERE r.account_id = $1 AND o.state NOT IN ('COMPLETED', 'CANCELLED') LIMIT 1",
);

/// Records at `$2` that an account is being closed.
pub static BEGIN: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_begin",
    "INSERT INTO closing (account_id, at_ms) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING",
);

/// At most `$2` accounts whose closing began before `$1`.
pub static PENDING: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_pending",
    "SELECT c.account_id FROM closing AS c WHERE c.account_id > 0 AND c.at_ms < $1 ORDER BY c.account_id LIMIT $2",
);

/// Deletes the quotes of an account.
pub static FORGET_QUOTES: Statement =
    Statement::hot(Cell::Trade, "trade.closing_quotes", "DELETE FROM quote WHERE account_id = $1");

/// Deletes the cart of an account.
pub static FORGET_CART: Statement =
    Statement::hot(Cell::Trade, "trade.closing_cart", "DELETE FROM cart_line WHERE account_id = $1");

/// Deletes the keys of an account, whose answers may contain an address; keys of orders contain none and are kept forever.
pub static FORGET_KEYS: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_keys",
    "DELETE FROM idempotency_key WHERE account_id = $1 AND scope <> 'POST /v1/orders'",
);

/// Replaces the delivery addresses of an account's orders by `$2`.
pub static FORGET_ADDRESSES: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_addresses",
    "UPDATE orders SET address = $2 FROM order_route AS r \
     WHERE r.account_id = $1 AND orders.seller_id = r.seller_id AND orders.order_id = r.order_id",
);

/// Erases the reasons that an account wrote into the histories of its orders.
pub static FORGET_REASONS: Statement = Statement::hot(
    Cell::Trade,
    "trade.closing_reasons",
    "UPDATE order_history SET reason = '' FROM order_route AS r \
     WHERE r.account_id = $1 AND order_history.seller_id = r.seller_id AND order_history.order_id = r.order_id \
     AND order_history.actor = 'buyer'",
);

/// Records that an account is closed in every cell.
pub static END: Statement =
    Statement::hot(Cell::Trade, "trade.closing_end", "DELETE FROM closing WHERE account_id = $1");

pub(super) static ALL: &[&Statement] = &[
    &LOCK_QUOTES,
    &OPEN_ORDER,
    &BEGIN,
    &PENDING,
    &FORGET_QUOTES,
    &FORGET_CART,
    &FORGET_KEYS,
    &FORGET_ADDRESSES,
    &FORGET_REASONS,
    &END,
];
