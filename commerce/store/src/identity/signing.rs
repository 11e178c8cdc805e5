//! Keys that sign access tokens.

use crate::{Cell, Statement, record::record};

record! {
    /// A key that signs access tokens.
    SigningKeyRow {
        /// The key.
        key_id: int,
        /// PKCS #8 document of an Ed25519 key, base64.
        private_key: text,
        /// Unix milliseconds.
        created_ms: int,
        /// Unix milliseconds; it is valid for verification until then.
        expires_ms: int,
    }
}

/// Keys that are valid for verification at `$1`, newest first.
pub static READ: Statement = Statement::hot(
    Cell::Identity,
    "identity.signing_keys",
    "SELECT k.key_id, k.private_key, k.created_ms, k.expires_ms FROM signing_key AS k \
     WHERE k.expires_ms > $1 AND k.key_id > 0 ORDER BY k.key_id DESC",
);

/// Writes a signing key.
pub static INSERT: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_signing_key",
    "INSERT INTO signing_key (key_id, private_key, created_ms, expires_ms) VALUES ($1, $2, $3, $4)",
);

pub(super) static ALL: &[&Statement] = &[&READ, &INSERT];
