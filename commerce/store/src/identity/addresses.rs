//! Addresses of accounts.

use crate::{Cell, Statement, record::record};

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
        /// Second line.
        line2: maybe_text,
        /// Postcode.
        postcode: text,
        /// 1 for the default address.
        is_default: int,
    }
}

/// An address of an account.
pub static BY_ID: Statement = Statement::hot(
    Cell::Identity,
    "identity.address",
    "SELECT a.account_id, a.address_id, a.name, a.phone, a.region, a.city, a.line1, a.line2, a.postcode, a.is_default \
     FROM address AS a WHERE a.account_id = $1 AND a.address_id = $2",
);

/// At most `$3` addresses of an account with an id above `$2`, by id.
pub static LIST: Statement = Statement::hot(
    Cell::Identity,
    "identity.addresses",
    "SELECT a.account_id, a.address_id, a.name, a.phone, a.region, a.city, a.line1, a.line2, a.postcode, a.is_default \
     FROM address AS a WHERE a.account_id = $1 AND a.address_id > $2 ORDER BY a.address_id LIMIT $3",
);

/// Writes addresses that do not exist yet.
pub static INSERT: Statement = Statement::hot(
    Cell::Identity,
    "identity.insert_addresses",
    "INSERT INTO address (account_id, address_id, name, phone, region, city, line1, line2, postcode, is_default) \
     SELECT rows.account_id, rows.address_id, rows.name, rows.phone, rows.region, rows.city, rows.line1, rows.line2, \
     rows.postcode, rows.is_default \
     FROM {rows: account_id BIGINT, address_id BIGINT, name TEXT, phone TEXT, region TEXT, city TEXT, line1 TEXT, \
     line2 TEXT, postcode TEXT, is_default BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

/// Replaces addresses.
pub static CHANGE: Statement = Statement::hot(
    Cell::Identity,
    "identity.address_change",
    "UPDATE address SET name = rows.name, phone = rows.phone, region = rows.region, city = rows.city, \
     line1 = rows.line1, line2 = rows.line2, postcode = rows.postcode, is_default = rows.is_default \
     FROM {rows: account_id BIGINT, address_id BIGINT, name TEXT, phone TEXT, region TEXT, city TEXT, line1 TEXT, \
     line2 TEXT, postcode TEXT, is_default BIGINT} \
     WHERE address.account_id = rows.account_id AND address.address_id = rows.address_id",
);

/// Removes the default mark from all addresses of an account except `$2`.
pub static CLEAR_DEFAULT: Statement = Statement::hot(
    Cell::Identity,
    "identity.address_clear_default",
    "UPDATE address SET is_default = 0 WHERE account_id = $1 AND is_default = 1 AND address_id <> $2",
);

/// Deletes an address of an account.
pub static DELETE: Statement = Statement::hot(
    Cell::Identity,
    "identity.address_delete",
    "DELETE FROM address WHERE account_id = $1 AND address_id = $2",
);

/// Deletes all addresses of an account.
pub static FORGET: Statement =
    Statement::hot(Cell::Identity, "identity.addresses_forget", "DELETE FROM address WHERE account_id = $1");

pub(super) static ALL: &[&Statement] = &[&BY_ID, &LIST, &INSERT, &CHANGE, &CLEAR_DEFAULT, &DELETE, &FORGET];
