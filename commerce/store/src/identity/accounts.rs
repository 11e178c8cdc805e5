//! Accounts. Statements of requests do not find a closed account.

use crate::{Cell, Statement, record::record};

record! {
    /// An account.
    AccountRow {
        /// The account.
        account_id: int,
        /// E-mail in lower case.
        email: text,
        /// Password hash in PHC format.
        password_hash: text,
        /// Display name.
        name: text,
        /// ISO 3166-1 alpha-2.
        region: text,
        /// Names of the roles, separated by commas.
        roles: text,
        /// Seller that a merchant acts for.
        seller_id: maybe_int,
        /// Unix milliseconds.
        created_ms: int,
    }
}

/// The account with an e-mail.
pub static BY_EMAIL: Statement = Statement::hot(
    Cell::Identity,
    "identity.account_by_email",
    "SELECT a.account_id, a.email, a.password_hash, a.name, a.region, a.roles, a.seller_id, a.created_ms \
     FROM account AS a WHERE a.email = $1 AND a.closed_ms IS NULL",
);

/// An account.
pub static BY_ID: Statement = Statement::hot(
    Cell::Identity,
    "identity.account",
    "SELECT a.account_id, a.email, a.password_hash, a.name, a.region, a.roles, a.seller_id, a.created_ms \
     FROM account AS a WHERE a.account_id = $1 AND a.closed_ms IS NULL",
);

/// Locks an account, to serialise changes of its data.
pub static LOCK: Statement = Statement::hot(
    Cell::Identity,
    "identity.account_lock",
    "SELECT a.account_id FROM account AS a WHERE a.account_id = $1 AND a.closed_ms IS NULL {lock a}",
);

/// Writes accounts unless their id or e-mail is taken.
pub static INSERT: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_accounts",
    "INSERT INTO account (account_id, email, password_hash, name, region, roles, seller_id, created_ms) \
     SELECT rows.account_id, rows.email, rows.password_hash, rows.name, rows.region, rows.roles, rows.seller_id, \
     rows.created_ms \
     FROM {rows: account_id BIGINT, email TEXT, password_hash TEXT, name TEXT, region TEXT, roles TEXT, \
     seller_id BIGINT, created_ms BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

/// Changes name, region and password hash of an account; NULL keeps a value.
pub static CHANGE: Statement = Statement::hot(
    Cell::Identity,
    "identity.account_change",
    "UPDATE account SET name = COALESCE($2, name), region = COALESCE($3, region), \
     password_hash = COALESCE($4, password_hash) WHERE account_id = $1 AND closed_ms IS NULL",
);

/// Closes an account at `$2` and erases its personal data.
pub static CLOSE: Statement = Statement::hot(
    Cell::Identity,
    "identity.account_close",
    "UPDATE account SET email = 'closed:' || CAST(account_id AS TEXT), password_hash = '', name = '', region = '', \
     roles = '', closed_ms = $2 WHERE account_id = $1 AND closed_ms IS NULL",
);

pub(super) static ALL: &[&Statement] = &[&BY_EMAIL, &BY_ID, &LOCK, &INSERT, &CHANGE, &CLOSE];
