//! Idempotency keys and the answers that they are bound to.

use crate::{Cell, Statement, record::record};

record! {
    /// A key within its scope.
    KeyId {
        /// Account that sent it.
        account_id: int,
        /// Method and path.
        scope: text,
        /// The key.
        idempotency_key: text,
    }
}

record! {
    /// A bound key.
    KeyRow {
        /// Account that sent it.
        account_id: int,
        /// Method and path.
        scope: text,
        /// The key.
        idempotency_key: text,
        /// Hash of the parsed request.
        fingerprint: text,
        /// HTTP status of the answer.
        status: int,
        /// Body of the answer.
        body: text,
        /// Unix milliseconds.
        created_ms: int,
    }
}

/// Reads keys.
pub static READ: Statement = Statement::hot(
    Cell::Trade,
    "trade.key_read",
    "SELECT k.account_id, k.scope, k.idempotency_key, k.fingerprint, k.status, k.body, k.created_ms \
     FROM {rows: account_id BIGINT, scope TEXT, idempotency_key TEXT} \
     JOIN idempotency_key AS k ON k.account_id = rows.account_id AND k.scope = rows.scope \
     AND k.idempotency_key = rows.idempotency_key",
);

/// Binds keys. If another process has bound a key in between, the batch fails and its repetition finds the key.
pub static INSERT: Statement = Statement::hot(
    Cell::Trade,
    "trade.key_insert",
    "INSERT INTO idempotency_key (account_id, scope, idempotency_key, fingerprint, status, body, created_ms) \
     SELECT rows.account_id, rows.scope, rows.idempotency_key, rows.fingerprint, rows.status, rows.body, rows.created_ms \
     FROM {rows: account_id BIGINT, scope TEXT, idempotency_key TEXT, fingerprint TEXT, status BIGINT, body TEXT, \
     created_ms BIGINT} WHERE true",
);

/// Deletes at most `$2` keys that were bound before `$1`, except those of orders.
pub static PURGE: Statement = Statement::hot(
    Cell::Trade,
    "trade.key_purge",
    "DELETE FROM idempotency_key WHERE (account_id, scope, idempotency_key) IN \
     (SELECT k.account_id, k.scope, k.idempotency_key FROM idempotency_key AS k \
     WHERE k.created_ms < $1 AND k.scope <> 'POST /v1/orders' ORDER BY k.created_ms LIMIT $2 {claim k})",
);

pub(super) static ALL: &[&Statement] = &[&READ, &INSERT, &PURGE];
