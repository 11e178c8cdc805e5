//! Sessions and their refresh tokens.

use crate::{Cell, Statement, record::record};

record! {
    /// A session: a family of refresh tokens.
    SessionRow {
        /// The session.
        session_id: int,
        /// Account.
        account_id: int,
        /// Unix milliseconds.
        created_ms: int,
        /// Unix milliseconds; the first instant at which it can no longer be refreshed.
        expires_ms: int,
        /// Unix milliseconds; null while it is open.
        ended_ms: maybe_int,
    }
}

record! {
    /// A refresh token.
    TokenRow {
        /// SHA-256 of the token, hexadecimal.
        token_hash: text,
        /// Session.
        session_id: int,
        /// Unix milliseconds; null until it is used.
        used_ms: maybe_int,
    }
}

record! {
    /// Owner of a session.
    OwnerRow {
        /// The session.
        session_id: int,
        /// Account.
        account_id: int,
        /// Names of the roles, separated by commas.
        roles: text,
    }
}

record! {
    /// Id of a session.
    SessionId {
        /// The session.
        session_id: int,
    }
}

/// Writes sessions.
pub static INSERT: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_sessions",
    "INSERT INTO session (session_id, account_id, created_ms, expires_ms, ended_ms) \
     SELECT rows.session_id, rows.account_id, rows.created_ms, rows.expires_ms, rows.ended_ms \
     FROM {rows: session_id BIGINT, account_id BIGINT, created_ms BIGINT, expires_ms BIGINT, ended_ms BIGINT} WHERE true",
);

/// Owner of an open session of an open account.
pub static OWNER: Statement = Statement::hot(
    Cell::Identity,
    "identity.session_owner",
    "SELECT s.session_id, s.account_id, a.roles FROM session AS s JOIN account AS a ON a.account_id = s.account_id \
     WHERE s.session_id = $1 AND s.ended_ms IS NULL AND a.closed_ms IS NULL",
);

/// Ends an open session at `$2`.
pub static END: Statement = Statement::hot(
    Cell::Identity,
    "identity.session_end",
    "UPDATE session SET ended_ms = $2 WHERE session_id = $1 AND ended_ms IS NULL",
);

/// Ends at `$3` the open sessions of account `$1`, except `$2`.
pub static END_OTHERS: Statement = Statement::hot(
    Cell::Identity,
    "identity.session_end_others",
    "UPDATE session SET ended_ms = $3 WHERE account_id = $1 AND session_id <> $2 AND ended_ms IS NULL",
);

/// Extends an open session that has not expired at `$3` until `$2`.
pub static EXTEND: Statement = Statement::hot(
    Cell::Identity,
    "identity.session_extend",
    "UPDATE session SET expires_ms = $2 WHERE session_id = $1 AND ended_ms IS NULL AND expires_ms > $3",
);

/// Writes a refresh token.
pub static INSERT_TOKEN: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_token",
    "INSERT INTO refresh_token (token_hash, session_id) VALUES ($1, $2)",
);

/// A refresh token.
pub static TOKEN: Statement = Statement::hot(
    Cell::Identity,
    "identity.token",
    "SELECT t.token_hash, t.session_id, t.used_ms FROM refresh_token AS t WHERE t.token_hash = $1",
);

/// Marks a refresh token as used at `$2`, unless it was used before.
pub static USE_TOKEN: Statement = Statement::hot(
    Cell::Identity,
    "identity.token_use",
    "UPDATE refresh_token SET used_ms = $2 WHERE token_hash = $1 AND used_ms IS NULL",
);

/// Deletes the refresh tokens of an account.
pub static FORGET_TOKENS: Statement = Statement::hot(
    Cell::Identity,
    "identity.tokens_forget",
    "DELETE FROM refresh_token WHERE session_id IN (SELECT s.session_id FROM session AS s WHERE s.account_id = $1)",
);

/// Deletes the sessions of an account.
pub static FORGET: Statement =
    Statement::hot(Cell::Identity, "identity.sessions_forget", "DELETE FROM session WHERE account_id = $1");

/// Locks at most `$2` sessions that expired before `$1`.
pub static EXPIRED: Statement = Statement::hot(
    Cell::Identity,
    "identity.sessions_expired",
    "SELECT s.session_id FROM session AS s WHERE s.expires_ms < $1 ORDER BY s.expires_ms LIMIT $2 {claim s}",
);

/// Deletes the refresh tokens of sessions.
pub static DELETE_TOKENS: Statement = Statement::hot(
    Cell::Identity,
    "identity.tokens_delete",
    "DELETE FROM refresh_token WHERE session_id IN (SELECT rows.session_id FROM {rows: session_id BIGINT})",
);

/// Deletes sessions.
pub static DELETE: Statement = Statement::hot(
    Cell::Identity,
    "identity.sessions_delete",
    "DELETE FROM session WHERE session_id IN (SELECT rows.session_id FROM {rows: session_id BIGINT})",
);

pub(super) static ALL: &[&Statement] = &[
    &INSERT,
    &OWNER,
    &END,
    &END_OTHERS,
    &EXTEND,
    &INSERT_TOKEN,
    &TOKEN,
    &USE_TOKEN,
    &FORGET_TOKENS,
    &FORGET,
    &EXPIRED,
    &DELETE_TOKENS,
    &DELETE,
];
