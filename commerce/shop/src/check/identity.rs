//! Invariants of the identity cell, read from one snapshot.

use live_pack_shop_store::{Database, Statement, StoreError, identity::audit};

use super::Finding;

/// Invariants that are one query each: name, invariant in words, query for violations.
pub const IDENTITY_INVARIANTS: &[(&str, &str, &Statement)] = &[
    ("accounts", "open accounts have an e-mail in lower case, a role and an argon2id hash", &audit::ACCOUNTS),
    ("sessions", "every session belongs to an open account and ends after it began", &audit::SESSIONS),
    ("refresh-tokens", "a session has at most one refresh token that was not used", &audit::TOKENS),
    ("addresses", "addresses belong to open accounts, of which each has at most one default", &audit::ADDRESSES),
    ("closed-accounts", "closed accounts keep nothing personal", &audit::CLOSED),
];

/// Checks every invariant on one snapshot of the identity cell.
///
/// # Errors
/// If the store cannot be read.
pub async fn check_identity(identity: &Database) -> Result<Vec<Finding>, StoreError> {
    let mut tx = identity.snapshot().await?;
    let mut findings = Vec::with_capacity(IDENTITY_INVARIANTS.len());
    for &(name, promise, statement) in IDENTITY_INVARIANTS {
        findings.push(Finding { name, promise, broken: tx.rows(statement, &[]).await? });
    }
    tx.rollback().await?;
    Ok(findings)
}
