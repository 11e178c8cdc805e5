//! Checks of requests: all faults in one message, each with field, rule and value.
//!
//! Zero values. Clients that do not know the IDL's defaults write zero for each required field that was not set. Where zero
//! has no meaning of its own, it means the default, before any rule is checked ([`or_default`]):
//!
//! | field | zero | means |
//! |---|---|---|
//! | `GetLiveBagDataRequest.tab`, `GetLiveBagAssembleRequest.tab` | `UNKNOWN` | `ALL` |
//! | `Page.count` | 0 | 20 |
//! | `GetLiveBagPreviewDataRequest.count`, `GetRoomFullDataRequest.preview_count` | 0 | 3 |
//! | `FcpSlot.scene` | `""` | `feed_preview` |
//! | `GetLiveBagRefreshRequest.reason` | `UNKNOWN` | `POLL` |
//! | `GetLiveBagDataRequest.source` | `""` | nothing: not read |
//! | `GetRoomFullDataRequest.need_bag_preview` | `false` | no preview, though the default is `true` |
//!
//! Every other field of a request has zero as its default, or is mandatory. `tests/main/zero_values.rs` holds the table to the IDL.

use std::{collections::HashSet, fmt::Display, ops::RangeInclusive};

use live_pack_idl::status_code;

use crate::status::Status;

/// `value`, or `default` where it is zero (0, `""`, `UNKNOWN`).
pub(crate) fn or_default<T: Default + PartialEq>(value: T, default: T) -> T {
    if value == T::default() { default } else { value }
}

/// Collects the faults of a request.
#[derive(Debug, Default)]
pub(crate) struct Check {
    faults: Vec<String>,
}

impl Check {
    /// Checks `field` against `rule`.
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

    /// A list of ids: each above 0, the number of different ones in `allowed`. Duplicates count once, at their first
    /// position.
    pub(crate) fn ids(&mut self, field: &str, ids: &[i64], allowed: RangeInclusive<usize>) -> Vec<i64> {
        let mut seen = HashSet::with_capacity(ids.len());
        let different: Vec<i64> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        if let Some(wrong) = different.iter().find(|id| **id <= 0) {
            self.that(false, field, "ids above 0", wrong);
        }
        let (least, most) = (allowed.start(), allowed.end());
        let rule = if *least == 0 { format!("at most {most} ids") } else { format!("{least} to {most} ids") };
        self.that(allowed.contains(&different.len()), field, &rule, different.len());
        different
    }

    /// The id of a user; 0 is a guest.
    pub(crate) fn user(&mut self, user_id: i64) -> &mut Self {
        self.that(user_id >= 0, "user.user_id", "0 (a guest) or above", user_id)
    }

    /// Ok, or all faults.
    ///
    /// # Errors
    /// `PARAM_INVALID`.
    pub(crate) fn done(&mut self) -> Result<(), Status> {
        if self.faults.is_empty() { Ok(()) } else { Err(Status::new(status_code::PARAM_INVALID, self.faults.join("; "))) }
    }
}
