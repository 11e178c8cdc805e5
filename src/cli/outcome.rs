//! The business outcome of an answer: the name of its status code, and the server's message.

use std::fmt;

use live_pack_idl::{json::Data, status_code};

/// `BaseResp` of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// `StatusCode`.
    pub code: i64,
    /// `StatusMessage`.
    pub message: &'a str,
}

impl<'a> Outcome<'a> {
    /// The outcome that an answer carries; an answer without an envelope is a good one.
    #[must_use]
    pub fn of(answer: &'a Data<'_>) -> Self {
        let base = answer.get("BaseResp");
        Self {
            code: base.map_or(0, |base| base.int("StatusCode")),
            message: base.and_then(|base| base.get("StatusMessage")).and_then(Data::as_text).unwrap_or_default(),
        }
    }

    /// Whether it is status 0.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.code == 0
    }
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = i32::try_from(self.code).map_or("UNKNOWN", status_code::name);
        write!(f, "status {} {name}: {}", self.code, self.message)
    }
}
