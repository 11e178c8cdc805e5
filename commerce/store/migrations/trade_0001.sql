-- Stock, quotes, orders, cart. Tables of orders and stock begin with the seller, those of a buyer with the account, so that
-- each can be distributed by that column. Amounts are minor units, times Unix milliseconds.
CREATE TABLE stock (
    seller_id BIGINT NOT NULL,
    sku_id BIGINT NOT NULL,
    on_hand BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (seller_id, sku_id),
    CHECK (0 <= reserved AND reserved <= on_hand)
);

-- Units that came in or were taken out by the seller; what was sold stands in reservation.
CREATE TABLE stock_entry (
    seller_id BIGINT NOT NULL,
    sku_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (seller_id, sku_id, entry_id)
);

CREATE TABLE quote (
    account_id BIGINT NOT NULL,
    quote_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    -- 1 once an order was made from it.
    used BIGINT NOT NULL CHECK (used IN (0, 1)),
    -- The priced quote with its address, as JSON; never changed.
    body TEXT NOT NULL,
    PRIMARY KEY (account_id, quote_id)
);
CREATE INDEX quote_expires ON quote (expires_ms);

CREATE TABLE idempotency_key (
    account_id BIGINT NOT NULL,
    -- Method and path.
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- SHA-256 of the parsed request.
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, scope, idempotency_key)
);
-- The keys of orders are kept for ever and left out.
CREATE INDEX idempotency_key_created ON idempotency_key (created_ms) WHERE scope <> 'POST /v1/orders';

CREATE TABLE orders (
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    quote_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    currency TEXT NOT NULL,
    subtotal BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    shipping BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    pay_by_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- Delivery address at the time of the order, as JSON.
    address TEXT NOT NULL,
    PRIMARY KEY (seller_id, order_id)
);

CREATE TABLE order_line (
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    sku_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    unit_price BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    -- Limit per buyer of the product at the time of the order; NULL: none.
    buyer_limit BIGINT,
    PRIMARY KEY (seller_id, order_id, line_id)
);

CREATE TABLE order_history (
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (seller_id, order_id, version)
);

-- Leads from an order to its seller, and lists the orders of an account.
CREATE TABLE order_route (
    order_id BIGINT NOT NULL PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL
);
CREATE INDEX order_route_account ON order_route (account_id, order_id);

-- RESERVED becomes SOLD or RELEASED, SOLD becomes RETURNED, each once.
CREATE TABLE reservation (
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    sku_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    state TEXT NOT NULL,
    PRIMARY KEY (seller_id, order_id, sku_id)
);

-- Units of a product that an account holds in orders that were not cancelled.
CREATE TABLE limit_count (
    account_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (account_id, product_id)
);

CREATE TABLE cart_line (
    account_id BIGINT NOT NULL,
    sku_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    added_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, sku_id)
);

-- Work that is due at a time; it is guarded by the order state that it expects.
CREATE TABLE timer (
    due_ms BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (due_ms, seller_id, order_id, kind)
);

-- What happened, written in the transaction of its cause. tx orders the rows of PostgreSQL for readers of the feed.
CREATE TABLE event (
    event_id BIGINT NOT NULL PRIMARY KEY,
    tx BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE id_lease (
    node BIGINT NOT NULL PRIMARY KEY CHECK (node BETWEEN 0 AND 1023),
    owner BIGINT NOT NULL,
    server BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    reserved_ms BIGINT NOT NULL
);
