//! The identity cell: accounts, sessions, addresses, signing keys.

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

record! {
    /// A session: a family of refresh tokens.
    SessionRow {
        /// The session.
        session_id: int,
        /// Account.
        account_id: int,
        /// SHA-256 of the newest refresh token, hexadecimal.
        refresh_hash: text,
        /// Unix milliseconds.
        created_ms: int,
        /// Unix milliseconds.
        expires_ms: int,
        /// Unix milliseconds; none while it is open.
        ended_ms: maybe_int,
    }
}

record! {
    /// An address.
    AddressRow {
        /// Account.
        account_id: int,
        /// The address.
        address_id: int,
        /// Name of the recipient.
        name: text,
        /// Telephone number.
        phone: text,
        /// ISO 3166-1 alpha-2.
        region: text,
        /// City.
        city: text,
        /// Street and number.
        line1: text,
        /// Further line.
        line2: maybe_text,
        /// Postcode.
        postcode: text,
        /// 1 for the default address.
        is_default: int,
    }
}

record! {
    /// A key that signs access tokens.
    SigningKeyRow {
        /// The key.
        key_id: int,
        /// PKCS #8 document of an Ed25519 key, base64.
        private_key: text,
        /// Unix milliseconds.
        created_ms: int,
        /// Unix milliseconds; it verifies until then.
        expires_ms: int,
    }
}

/// The account with an e-mail.
pub static ACCOUNT_BY_EMAIL: Statement = Statement::hot(
    Cell::Identity,
    "identity.account_by_email",
    "SELECT a.account_id, a.email, a.password_hash, a.name, a.region, a.roles, a.seller_id, a.created_ms \
     FROM account AS a WHERE a.email = $1",
);

/// An account.
pub static ACCOUNT: Statement = Statement::hot(
    Cell::Identity,
    "identity.account",
    "SELECT a.account_id, a.email, a.password_hash, a.name, a.region, a.roles, a.seller_id, a.created_ms \
     FROM account AS a WHERE a.account_id = $1",
);

/// Writes accounts that do not exist yet.
pub static INSERT_ACCOUNTS: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_accounts",
    "INSERT INTO account (account_id, email, password_hash, name, region, roles, seller_id, created_ms) \
     SELECT rows.account_id, rows.email, rows.password_hash, rows.name, rows.region, rows.roles, rows.seller_id, \
     rows.created_ms \
     FROM {rows: account_id BIGINT, email TEXT, password_hash TEXT, name TEXT, region TEXT, roles TEXT, \
     seller_id BIGINT, created_ms BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

/// Writes a session.
pub static INSERT_SESSIONS: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_sessions",
    "INSERT INTO session (session_id, account_id, refresh_hash, created_ms, expires_ms, ended_ms) \
     SELECT rows.session_id, rows.account_id, rows.refresh_hash, rows.created_ms, rows.expires_ms, rows.ended_ms \
     FROM {rows: session_id BIGINT, account_id BIGINT, refresh_hash TEXT, created_ms BIGINT, expires_ms BIGINT, \
     ended_ms BIGINT} WHERE true",
);

/// A session.
pub static SESSION: Statement = Statement::hot(
    Cell::Identity,
    "identity.session",
    "SELECT s.session_id, s.account_id, s.refresh_hash, s.created_ms, s.expires_ms, s.ended_ms \
     FROM session AS s WHERE s.session_id = $1",
);

/// Ends an open session at `$2`.
pub static END_SESSION: Statement = Statement::hot(
    Cell::Identity,
    "identity.end_session",
    "UPDATE session SET ended_ms = $2 WHERE session_id = $1 AND ended_ms IS NULL",
);

/// An address of an account.
pub static ADDRESS: Statement = Statement::hot(
    Cell::Identity,
    "identity.address",
    "SELECT a.account_id, a.address_id, a.name, a.phone, a.region, a.city, a.line1, a.line2, a.postcode, a.is_default \
     FROM address AS a WHERE a.account_id = $1 AND a.address_id = $2",
);

/// All addresses of an account, oldest first.
pub static ADDRESSES: Statement = Statement::hot(
    Cell::Identity,
    "identity.addresses",
    "SELECT a.account_id, a.address_id, a.name, a.phone, a.region, a.city, a.line1, a.line2, a.postcode, a.is_default \
     FROM address AS a WHERE a.account_id = $1 ORDER BY a.address_id",
);

/// Writes addresses that do not exist yet.
pub static INSERT_ADDRESSES: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_addresses",
    "INSERT INTO address (account_id, address_id, name, phone, region, city, line1, line2, postcode, is_default) \
     SELECT rows.account_id, rows.address_id, rows.name, rows.phone, rows.region, rows.city, rows.line1, rows.line2, \
     rows.postcode, rows.is_default \
     FROM {rows: account_id BIGINT, address_id BIGINT, name TEXT, phone TEXT, region TEXT, city TEXT, line1 TEXT, \
     line2 TEXT, postcode TEXT, is_default BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

/// Keys that verify at `$1`, newest first.
pub static SIGNING_KEYS: Statement = Statement::hot(
    Cell::Identity,
    "identity.signing_keys",
    "SELECT k.key_id, k.private_key, k.created_ms, k.expires_ms FROM signing_key AS k \
     WHERE k.expires_ms > $1 AND k.key_id > 0 ORDER BY k.key_id DESC",
);

/// Writes a signing key.
pub static INSERT_SIGNING_KEY: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_signing_key",
    "INSERT INTO signing_key (key_id, private_key, created_ms, expires_ms) VALUES ($1, $2, $3, $4)",
);

pub(crate) static ALL: &[&Statement] = &[
    &ACCOUNT_BY_EMAIL,
    &ACCOUNT,
    &INSERT_ACCOUNTS,
    &INSERT_SESSIONS,
    &SESSION,
    &END_SESSION,
    &ADDRESS,
    &ADDRESSES,
    &INSERT_ADDRESSES,
    &SIGNING_KEYS,
    &INSERT_SIGNING_KEY,
];
