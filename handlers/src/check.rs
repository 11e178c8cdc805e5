//! Validation of requests: all faults in one message, each with field, rule and value.
//!
//! Zero values. Clients that do not know the IDL's defaults write zero for each required field that was not set. If zero
//! has no meaning of its own, it means the default, which is applied before any rule is checked ([`or_default`]):
//!
//! | field | zero | means |
//! |---|---|---|
//! | `GetLiveBagDataRequest.tab`, `GetLiveBagAssembleRequest.tab` | `UNKNOWN` | `ALL` |
//! | `Page.count` | 0 | 20 |
//! | `GetLiveBagPreviewDataRequest.count`, `GetRoomFullDataRequest.preview_count` | 0 | 3 |
//! | `FcpSlot.scene` | `""` | `feed_preview` |
//! | `GetLiveBagRefreshRequest.reason` | `UNKNOWN` | `POLL` |
//! | `GetLiveBagDataRequest.source` | `""` | nothing: not read |
//! | `GetRoomFullDataRequest.need_bag_preview` | `false` | no preview, although the default is `true` |
//!
//! Every other field of a request has zero as its default, or is mandatory. `tests/main/zero_values.rs` compares the table with the IDL.

use std::{collections::HashSet, fmt::Display, ops::RangeInclusive};

use live_pack_idl::status_code;

use crate::status::Status;

/// `value`, or `default` if it is zero (0, `""`, `UNKNOWN`).
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

    /// A list of ids: each above 0, the number of distinct ids in `allowed`. Duplicates count once, at their first
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
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Status::new(status_code::PARAM_INVALID, self.faults.join("; ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message about the faults that `checks` finds; empty if none.
    fn message(checks: impl FnOnce(&mut Check)) -> String {
        let mut check = Check::default();
        checks(&mut check);
        match check.done() {
            Ok(()) => String::new(),
            Err(status) => {
                assert_eq!(status.code, status_code::PARAM_INVALID);
                status.message
            }
        }
    }

    #[test]
    fn a_zero_is_the_default_and_any_other_value_is_itself() {
        assert_eq!((or_default(0, 20), or_default(-1, 20), or_default(7, 20)), (20, -1, 7));
        assert_eq!((or_default("", "a scene"), or_default("mine", "a scene")), ("a scene", "mine"));
    }

    #[test]
    fn a_fault_has_its_field_its_rule_and_the_value() {
        type Rule = fn(&mut Check);
        let cases: [(Rule, &str); 8] = [
            (
                |check| {
                    check.room(1);
                },
                "",
            ),
            (
                |check| {
                    check.room(0);
                },
                "room.room_id must be above 0, found 0",
            ),
            (
                |check| {
                    check.room(-5);
                },
                "room.room_id must be above 0, found -5",
            ),
            (
                |check| {
                    check.user(0);
                },
                "",
            ),
            (
                |check| {
                    check.user(101);
                },
                "",
            ),
            (
                |check| {
                    check.user(-1);
                },
                "user.user_id must be 0 (a guest) or above, found -1",
            ),
            (
                |check| {
                    check.that(true, "page.count", "1 to 50", 50);
                },
                "",
            ),
            (
                |check| {
                    check.that(false, "page.count", "1 to 50", 51);
                },
                "page.count must be 1 to 50, found 51",
            ),
        ];
        for (rule, expected) in cases {
            assert_eq!(message(rule), expected);
        }
    }

    #[test]
    fn all_faults_are_in_one_message() {
        let found = message(|check| {
            check.room(0).user(-1);
            check.ids("product_ids", &[-3], 2..=3);
        });
        assert_eq!(
            found,
            "room.room_id must be above 0, found 0; user.user_id must be 0 (a guest) or above, found -1; \
             product_ids must be ids above 0, found -3; product_ids must be 2 to 3 ids, found 1"
        );
    }

    #[test]
    fn ids_are_counted_without_duplicates_and_keep_their_order() {
        type Case = (&'static [i64], RangeInclusive<usize>, &'static [i64], &'static str);
        let cases: [Case; 6] = [
            (&[], 0..=2, &[], ""),
            (&[3, 1, 3, 1, 3], 1..=2, &[3, 1], ""),
            (&[], 1..=2, &[], "ids must be 1 to 2 ids, found 0"),
            (&[1, 2, 3], 1..=2, &[1, 2, 3], "ids must be 1 to 2 ids, found 3"),
            (&[1, 2, 3], 0..=2, &[1, 2, 3], "ids must be at most 2 ids, found 3"),
            (&[1, 0, -7], 0..=9, &[1, 0, -7], "ids must be ids above 0, found 0"),
        ];
        for (ids, allowed, different, expected) in cases {
            let mut found = Vec::new();
            assert_eq!(
                message(|check| found = check.ids("ids", ids, allowed.clone())),
                expected,
                "{ids:?} {allowed:?}"
            );
            assert_eq!(found, different);
        }
    }
}
