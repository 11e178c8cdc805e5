-- Closed accounts, refresh tokens of their own, failed log-ins.
ALTER TABLE account ADD COLUMN closed_ms BIGINT;

-- Refresh tokens by their SHA-256. Each is good for one use; a second use ends its session.
CREATE TABLE refresh_token (
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id BIGINT NOT NULL,
    -- NULL until it is used.
    used_ms BIGINT
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);
INSERT INTO refresh_token (token_hash, session_id) SELECT refresh_hash, session_id FROM session WHERE refresh_hash <> '';
ALTER TABLE session DROP COLUMN refresh_hash;
CREATE INDEX session_expires ON session (expires_ms);

-- Failed log-ins by the SHA-256 of the e-mail, which may belong to no account.
CREATE TABLE failed_log_in (
    email_hash TEXT NOT NULL PRIMARY KEY,
    -- JSON array of Unix milliseconds, oldest first.
    failed_ms TEXT NOT NULL,
    newest_ms BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX failed_log_in_newest ON failed_log_in (newest_ms);
