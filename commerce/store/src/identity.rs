//! The identity cell: accounts, sessions, addresses, signing keys.

pub mod accounts;
pub mod addresses;
pub mod audit;
pub mod failures;
pub mod sessions;
pub mod signing;

use crate::Statement;

pub(crate) static ALL: &[&[&Statement]] =
    &[accounts::ALL, addresses::ALL, audit::ALL, failures::ALL, sessions::ALL, signing::ALL];
