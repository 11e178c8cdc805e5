-- Accounts that are being closed: written when the trade cell agrees, removed when every cell has erased its part.
CREATE TABLE closing (
    account_id BIGINT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
