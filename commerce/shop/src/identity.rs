//! Accounts and sessions.

mod passwords;
mod sessions;
mod tokens;

pub use passwords::{Passwords, hash};
pub(crate) use sessions::sha256;
pub use sessions::{SessionView, authenticate, log_in, log_out, open_session};
pub use tokens::{ACCESS_SECONDS, Claims, Tokens};

/// The one that sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Account.
    pub account_id: i64,
    /// Session of the access token.
    pub session_id: i64,
    /// Names of the roles.
    pub roles: Vec<String>,
}
