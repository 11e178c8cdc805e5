//! Accounts, sessions, addresses.

mod accounts;
mod addresses;
mod closing;
mod passwords;
mod sessions;
mod throttle;
mod tokens;

pub use accounts::{AccountCreatedView, AccountView, ChangeAccount, CreateAccount, PasswordChange, ReadAccount};
pub use addresses::{
    AddressListView, AddressPatch, AddressView, ChangeAddress, CreateAddress, DeleteAddress, ListAddresses, NewAddress,
    ReadAddress,
};
pub(crate) use closing::finish_all;
pub use closing::{CloseAccount, ERASED};
pub use passwords::{Passwords, hash};
pub use sessions::{Authenticate, LogIn, LogOut, Refresh, SessionView, open_session, purge};
pub use throttle::{MOST_FAILURES, WINDOW_MS};
pub use tokens::{ACCESS_SECONDS, Claims, Tokens};

/// The sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Account.
    pub account_id: i64,
    /// Session of the access token.
    pub session_id: i64,
    /// Names of the roles.
    pub roles: Vec<String>,
}

/// Parses the stored names of roles.
fn roles(stored: &str) -> Vec<String> {
    stored.split(',').filter(|role| !role.is_empty()).map(ToOwned::to_owned).collect()
}
