//! Checks of requests: all faults in one message, each with field, rule and value.

use std::fmt::Display;

use crate::status::{Status, code};

/// Gathers what is wrong with a request.
#[derive(Debug, Default)]
pub(crate) struct Check {
    faults: Vec<String>,
}

impl Check {
    /// Holds `field` to `rule`.
    pub(crate) fn that(&mut self, holds: bool, field: &str, rule: &str, found: impl Display) -> &mut Self {
        if !holds {
            self.faults.push(format!("{field} must be {rule}, found {found}"));
        }
        self
    }

    /// The id of a room.
    pub(crate) fn room(&mut self, room_id: i64) -> &mut Self {
        self.that(room_id > 0, "room.room_id", "above 0", room_id)
    }

    /// The id of a user; 0 is a guest.
    pub(crate) fn user(&mut self, user_id: i64) -> &mut Self {
        self.that(user_id >= 0, "user.user_id", "0 (a guest) or above", user_id)
    }

    /// Nothing, or everything that is wrong.
    ///
    /// # Errors
    /// `PARAM_INVALID`.
    pub(crate) fn done(&mut self) -> Result<(), Status> {
        if self.faults.is_empty() { Ok(()) } else { Err(Status::new(code::PARAM_INVALID, self.faults.join("; "))) }
    }
}
