//! Queries of the checker: each returns the first rows that break an invariant, as text.

use crate::{Cell, Statement, record::record};

record! {
    /// A SKU in carts, with the product and seller stored there.
    CartSku {
        /// SKU.
        sku_id: int,
        /// Product.
        product_id: int,
        /// Seller.
        seller_id: int,
    }
}

macro_rules! audits {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $sql:expr;)+) => {
        $($(#[$doc])* pub static $name: Statement = Statement::cold(Cell::Trade, $text, $sql);)+

        pub(super) static ALL: &[&Statement] = &[$(&$name),+];
    };
}

audits! {
    /// Stock rows outside `0 <= reserved <= on_hand`, and SKUs with more units held than ever came in.
    OVERSOLD = "audit.oversold",
        "SELECT CAST(s.sku_id AS TEXT) FROM stock AS s \
         LEFT JOIN (SELECT seller_id, sku_id, SUM(quantity) AS units FROM stock_entry GROUP BY seller_id, sku_id) AS e \
         ON e.seller_id = s.seller_id AND e.sku_id = s.sku_id \
         LEFT JOIN (SELECT seller_id, sku_id, SUM(quantity) AS units FROM reservation \
         WHERE state IN ('RESERVED', 'SOLD') GROUP BY seller_id, sku_id) AS r \
         ON r.seller_id = s.seller_id AND r.sku_id = s.sku_id \
         WHERE s.reserved < 0 OR s.reserved > s.on_hand OR COALESCE(r.units, 0) > COALESCE(e.units, 0) \
         ORDER BY s.sku_id LIMIT 6";

    /// SKUs whose reserved units differ from their reservations: units that no order holds cannot be sold.
    UNDERSOLD = "audit.undersold",
        "SELECT CAST(s.sku_id AS TEXT) FROM stock AS s \
         LEFT JOIN (SELECT seller_id, sku_id, SUM(quantity) AS units FROM reservation \
         WHERE state = 'RESERVED' GROUP BY seller_id, sku_id) AS r \
         ON r.seller_id = s.seller_id AND r.sku_id = s.sku_id \
         WHERE s.reserved <> COALESCE(r.units, 0) ORDER BY s.sku_id LIMIT 6";

    /// SKUs whose units on hand differ from the units received minus the units sold.
    ON_HAND = "audit.on_hand",
        "SELECT CAST(s.sku_id AS TEXT) FROM stock AS s \
         LEFT JOIN (SELECT seller_id, sku_id, SUM(quantity) AS units FROM stock_entry GROUP BY seller_id, sku_id) AS e \
         ON e.seller_id = s.seller_id AND e.sku_id = s.sku_id \
         LEFT JOIN (SELECT seller_id, sku_id, SUM(quantity) AS units FROM reservation \
         WHERE state = 'SOLD' GROUP BY seller_id, sku_id) AS r \
         ON r.seller_id = s.seller_id AND r.sku_id = s.sku_id \
         WHERE s.on_hand <> COALESCE(e.units, 0) - COALESCE(r.units, 0) ORDER BY s.sku_id LIMIT 6";

    /// Orders whose reservations differ from their lines, or are not in the state that corresponds to the order's.
    RESERVATIONS = "audit.reservations",
        "SELECT CAST(o.order_id AS TEXT) FROM orders AS o \
         LEFT JOIN (SELECT seller_id, order_id, sku_id, SUM(quantity) AS units FROM order_line \
         GROUP BY seller_id, order_id, sku_id) AS l ON l.seller_id = o.seller_id AND l.order_id = o.order_id \
         LEFT JOIN reservation AS r ON r.seller_id = l.seller_id AND r.order_id = l.order_id AND r.sku_id = l.sku_id \
         LEFT JOIN stock AS s ON s.seller_id = l.seller_id AND s.sku_id = l.sku_id \
         WHERE l.units IS NULL OR r.quantity IS NULL OR s.sku_id IS NULL OR r.quantity <> l.units \
         OR NOT (CASE o.state WHEN 'UNPAID' THEN r.state = 'RESERVED' \
         WHEN 'CANCELLED' THEN r.state IN ('RELEASED', 'RETURNED') ELSE r.state = 'SOLD' END) \
         ORDER BY o.order_id LIMIT 6";

    /// Reservations without an order.
    ORPHANS = "audit.orphans",
        "SELECT CAST(r.order_id AS TEXT) FROM reservation AS r \
         LEFT JOIN order_line AS l ON l.seller_id = r.seller_id AND l.order_id = r.order_id AND l.sku_id = r.sku_id \
         LEFT JOIN orders AS o ON o.seller_id = r.seller_id AND o.order_id = r.order_id \
         WHERE l.sku_id IS NULL OR o.order_id IS NULL ORDER BY r.order_id LIMIT 6";

    /// Buyers whose count of a limited product differs from their orders.
    LIMIT_COUNTS = "audit.limit_counts",
        "SELECT CAST(b.account_id AS TEXT) FROM limit_count AS b \
         LEFT JOIN (SELECT o.account_id, l.product_id, SUM(l.quantity) AS units FROM order_line AS l \
         JOIN orders AS o ON o.seller_id = l.seller_id AND o.order_id = l.order_id \
         WHERE l.buyer_limit IS NOT NULL AND o.state <> 'CANCELLED' GROUP BY o.account_id, l.product_id) AS u \
         ON u.account_id = b.account_id AND u.product_id = b.product_id \
         WHERE b.used <> COALESCE(u.units, 0) ORDER BY b.account_id LIMIT 6";

    /// Buyers that hold more units of a product than its limit allowed.
    LIMITS = "audit.limits",
        "SELECT CAST(o.account_id AS TEXT) FROM order_line AS l \
         JOIN orders AS o ON o.seller_id = l.seller_id AND o.order_id = l.order_id \
         WHERE l.buyer_limit IS NOT NULL AND o.state <> 'CANCELLED' \
         GROUP BY o.account_id, l.product_id HAVING SUM(l.quantity) > MAX(l.buyer_limit) \
         ORDER BY o.account_id LIMIT 6";

    /// Quotes with two orders of one seller.
    ORDERS_PER_QUOTE = "audit.orders_per_quote",
        "SELECT CAST(o.quote_id AS TEXT) FROM orders AS o GROUP BY o.account_id, o.quote_id, o.seller_id \
         HAVING COUNT(*) > 1 ORDER BY o.quote_id LIMIT 6";

    /// Buyers whose number of order keys differs from the number of quotes that they ordered from.
    ORDERS_PER_KEY = "audit.orders_per_key",
        "SELECT CAST(o.account_id AS TEXT) FROM \
         (SELECT account_id, COUNT(DISTINCT quote_id) AS quotes FROM orders GROUP BY account_id) AS o \
         LEFT JOIN (SELECT account_id, COUNT(*) AS bound FROM idempotency_key WHERE scope = 'POST /v1/orders' \
         GROUP BY account_id) AS k ON k.account_id = o.account_id \
         WHERE COALESCE(k.bound, 0) <> o.quotes ORDER BY o.account_id LIMIT 6";

    /// Order keys of buyers without orders.
    KEYS_WITHOUT_ORDERS = "audit.keys_without_orders",
        "SELECT k.idempotency_key FROM idempotency_key AS k \
         LEFT JOIN orders AS o ON o.account_id = k.account_id \
         WHERE k.scope = 'POST /v1/orders' AND o.order_id IS NULL ORDER BY k.idempotency_key LIMIT 6";

    /// Used quotes without an order, and orders of quotes that are not marked as used.
    QUOTES = "audit.quotes",
        "SELECT CAST(q.quote_id AS TEXT) FROM quote AS q \
         LEFT JOIN (SELECT account_id, quote_id, COUNT(*) AS made FROM orders GROUP BY account_id, quote_id) AS o \
         ON o.account_id = q.account_id AND o.quote_id = q.quote_id \
         WHERE (q.used = 1 AND o.made IS NULL) OR (q.used = 0 AND o.made IS NOT NULL) ORDER BY q.quote_id LIMIT 6";

    /// Orders whose amounts do not add up.
    TOTALS = "audit.totals",
        "SELECT CAST(o.order_id AS TEXT) FROM orders AS o \
         LEFT JOIN (SELECT seller_id, order_id, SUM(total) AS total, SUM(discount) AS discount, SUM(tax) AS tax, \
         SUM(CASE WHEN total = quantity * unit_price THEN 0 ELSE 1 END) AS wrong \
         FROM order_line GROUP BY seller_id, order_id) AS l \
         ON l.seller_id = o.seller_id AND l.order_id = o.order_id \
         WHERE l.total IS NULL OR o.total <> o.subtotal - o.discount + o.shipping + o.tax OR l.total <> o.subtotal \
         OR l.discount <> o.discount OR l.tax <> o.tax OR l.wrong > 0 ORDER BY o.order_id LIMIT 6";

    /// Orders whose history has a gap, does not end in the order's state and version, or is not contiguous.
    HISTORIES = "audit.histories",
        "SELECT CAST(o.order_id AS TEXT) FROM orders AS o \
         LEFT JOIN (SELECT h.seller_id, h.order_id, COUNT(*) AS entries, MIN(h.version) AS first_version, \
         MAX(h.version) AS last_version, \
         SUM(CASE WHEN (h.version = 1 AND h.from_state IS NULL) OR h.from_state = p.to_state THEN 0 ELSE 1 END) AS broken \
         FROM order_history AS h LEFT JOIN order_history AS p \
         ON p.seller_id = h.seller_id AND p.order_id = h.order_id AND p.version = h.version - 1 \
         GROUP BY h.seller_id, h.order_id) AS t ON t.seller_id = o.seller_id AND t.order_id = o.order_id \
         LEFT JOIN order_history AS e \
         ON e.seller_id = o.seller_id AND e.order_id = o.order_id AND e.version = o.version \
         WHERE t.entries IS NULL OR t.first_version <> 1 OR t.last_version <> o.version OR t.entries <> o.version \
         OR t.broken > 0 OR e.to_state IS NULL OR e.to_state <> o.state ORDER BY o.order_id LIMIT 6";

    /// Every existing kind of history entry: state before, state after, actor, and one order as an example.
    STEPS = "audit.steps",
        "SELECT COALESCE(h.from_state, ''), h.to_state, h.actor, CAST(MIN(h.order_id) AS TEXT) FROM order_history AS h \
         GROUP BY h.from_state, h.to_state, h.actor ORDER BY 1, 2, 3";

    /// History entries without an event, and events without a history entry.
    EVENTS = "audit.events",
        "SELECT CAST(order_id AS TEXT) FROM \
         (SELECT seller_id, order_id, version, 1 AS entries, 0 AS events FROM order_history \
         UNION ALL SELECT seller_id, order_id, version, 0, 1 FROM event) AS b \
         GROUP BY seller_id, order_id, version HAVING SUM(entries) <> 1 OR SUM(events) <> 1 ORDER BY order_id LIMIT 6";

    /// Orders without their route, and routes without their order.
    ROUTES = "audit.routes",
        "SELECT CAST(order_id AS TEXT) FROM \
         (SELECT order_id, seller_id, account_id, 1 AS orders_of, 0 AS routes_of FROM orders \
         UNION ALL SELECT order_id, seller_id, account_id, 0, 1 FROM order_route) AS b \
         GROUP BY order_id, seller_id, account_id HAVING SUM(orders_of) <> 1 OR SUM(routes_of) <> 1 \
         ORDER BY order_id LIMIT 6";

    /// Unpaid orders without the timer for their payment deadline.
    TIMERS = "audit.timers",
        "SELECT CAST(o.order_id AS TEXT) FROM orders AS o LEFT JOIN timer AS t \
         ON t.due_ms = o.pay_by_ms AND t.seller_id = o.seller_id AND t.order_id = o.order_id AND t.kind = 'PAY_BY' \
         WHERE o.state = 'UNPAID' AND t.due_ms IS NULL ORDER BY o.order_id LIMIT 6";

    /// Unpaid orders whose payment deadline was before `$1`.
    OVERDUE = "audit.overdue",
        "SELECT CAST(o.order_id AS TEXT) FROM orders AS o WHERE o.state = 'UNPAID' AND o.pay_by_ms < $1 \
         ORDER BY o.order_id LIMIT 6";

    /// Servers that have been running since before `$1` and whose lease is valid beyond `$2`.
    SERVERS = "audit.servers",
        "SELECT CAST(i.node AS TEXT) FROM id_lease AS i WHERE i.server = 1 AND i.since_ms < $1 AND i.expires_ms > $2";

    /// Carts with a quantity outside 1 to 99.
    CART = "audit.cart",
        "SELECT CAST(c.account_id AS TEXT) FROM cart_line AS c WHERE c.quantity < 1 OR c.quantity > 99 \
         ORDER BY c.account_id LIMIT 6";

    /// At most `$2` SKUs in carts, with an id above `$1`.
    CART_SKUS = "audit.cart_skus",
        "SELECT DISTINCT c.sku_id, c.product_id, c.seller_id FROM cart_line AS c WHERE c.sku_id > $1 \
         ORDER BY c.sku_id LIMIT $2";

    /// At most `$2` accounts with a cart, with an id above `$1`.
    CART_OWNERS = "audit.cart_owners",
        "SELECT DISTINCT c.account_id FROM cart_line AS c WHERE c.account_id > $1 ORDER BY c.account_id LIMIT $2";

    /// The given accounts that have a cart, a quote, an answer that may contain an address, or an order with an address other
    /// than `$2`, and are not currently being closed.
    PERSONAL = "audit.personal",
        "SELECT CAST(rows.account_id AS TEXT) FROM {rows: account_id BIGINT} \
         WHERE NOT EXISTS (SELECT 1 FROM closing AS g WHERE g.account_id = rows.account_id) \
         AND (EXISTS (SELECT 1 FROM cart_line AS c WHERE c.account_id = rows.account_id) \
         OR EXISTS (SELECT 1 FROM quote AS q WHERE q.account_id = rows.account_id) \
         OR EXISTS (SELECT 1 FROM idempotency_key AS k WHERE k.account_id = rows.account_id \
         AND k.scope <> 'POST /v1/orders') \
         OR EXISTS (SELECT 1 FROM order_route AS r \
         JOIN orders AS o ON o.seller_id = r.seller_id AND o.order_id = r.order_id \
         WHERE r.account_id = rows.account_id AND o.address <> $2)) ORDER BY rows.account_id";

    /// State and total of orders.
    ORDERS = "audit.orders",
        "SELECT CAST(o.order_id AS TEXT), CAST(o.account_id AS TEXT), o.state, o.currency, o.total \
         FROM {rows: order_id BIGINT} JOIN order_route AS r ON r.order_id = rows.order_id \
         JOIN orders AS o ON o.seller_id = r.seller_id AND o.order_id = r.order_id";
}
