-- Accounts, sessions, addresses. Times are Unix milliseconds.
CREATE TABLE account (
    account_id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    roles TEXT NOT NULL,
    seller_id BIGINT,
    created_ms BIGINT NOT NULL
);

-- A session is a family of refresh tokens; only the newest one, by hash, is good.
CREATE TABLE session (
    session_id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    refresh_hash TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    ended_ms BIGINT
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE address (
    account_id BIGINT NOT NULL,
    address_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    line1 TEXT NOT NULL,
    line2 TEXT,
    postcode TEXT NOT NULL,
    is_default BIGINT NOT NULL CHECK (is_default IN (0, 1)),
    PRIMARY KEY (account_id, address_id)
);

-- Keys that sign access tokens; the newest signs, all that have not expired verify.
CREATE TABLE signing_key (
    key_id BIGINT NOT NULL PRIMARY KEY,
    private_key TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
