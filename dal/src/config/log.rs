//! `LogConf`: log levels, shares of requests that are logged, recorded and traced, and followed users and rooms.

mod raw;
mod share;

use std::{collections::BTreeMap, fmt, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::share::Share;

/// `LogConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConf {
    /// Levels by target, in place of the setting `log_level`. `None`: the setting applies.
    pub levels: Option<LogLevels>,
    /// Share of requests with a line in the access log, in place of the setting `access_log_one_in`. `None`: the setting
    /// applies.
    pub access: Option<Share>,
    /// Share of calls whose record is kept whatever their outcome.
    pub records: Share,
    /// Share of calls that are traced whatever their outcome, by the trace id.
    pub traces: Share,
    /// The viewers and rooms whose calls are all recorded.
    pub follow: Follow,
    /// Duration from which a call is slow: 1 ms to 1 minute. `None`: none is.
    pub slow: Option<Duration>,
}

/// A level of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// No lines.
    Off,
    /// Faults of this process.
    Error,
    /// Calls that failed, and values that were refused.
    Warn,
    /// Starts, ends and changes.
    Info,
    /// Details for troubleshooting.
    Debug,
    /// All details.
    Trace,
}

impl LogLevel {
    /// The name as files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Levels by target. Displayed as the setting `log_level` writes them: `info,live_pack_dal=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLevels {
    /// The level of all other targets.
    other: LogLevel,
    targets: BTreeMap<String, LogLevel>,
}

impl fmt::Display for LogLevels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.other.name())?;
        self.targets.iter().try_for_each(|(target, level)| write!(f, ",{target}={}", level.name()))
    }
}

/// Viewers and rooms whose calls are all recorded; at most [`Follow::MOST`] of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Follow {
    // sorted
    users: Box<[i64]>,
    rooms: Box<[i64]>,
}

impl Follow {
    /// Maximum number of users, and of rooms.
    pub const MOST: usize = 32;

    /// Whether no viewer and no room is followed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.users.is_empty() && self.rooms.is_empty()
    }

    /// Whether a call of this viewer for this room is followed.
    #[must_use]
    pub fn follows(&self, user_id: i64, room_id: i64) -> bool {
        self.follows_user(user_id) || self.rooms.binary_search(&room_id).is_ok()
    }

    /// Whether this viewer is followed; then the record names a keyed hash of the user.
    #[must_use]
    pub fn follows_user(&self, user_id: i64) -> bool {
        self.users.binary_search(&user_id).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::keyed::parsed, *};

    #[test]
    fn levels_are_written_as_the_setting_writes_them() {
        for (text, expected) in [
            ("{}", None),
            (r#"{"levels": {}}"#, None),
            (r#"{"levels": {"*": "warn"}}"#, Some("warn")),
            (
                r#"{"levels": {"live_pack_dal::rpc": "trace", "access": "off"}}"#,
                Some("info,access=off,live_pack_dal::rpc=trace"),
            ),
        ] {
            let levels = parsed::<LogConf>(text).levels.map(|levels| levels.to_string());
            assert_eq!(levels.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_call_is_followed_by_its_viewer_or_its_room() {
        let follow = parsed::<LogConf>(r#"{"follow": {"users": [9, 7], "rooms": [1001]}}"#).follow;
        for (user, room, expected) in [(7, 1, true), (9, 1, true), (8, 1, false), (8, 1001, true), (1001, 7, false)] {
            assert_eq!(follow.follows(user, room), expected, "{user} {room}");
        }
        assert!(!Follow::default().follows(0, 0));
    }

    #[test]
    fn a_threshold_of_zero_makes_no_call_slow() {
        assert_eq!(parsed::<LogConf>(r#"{"slow": "0ms"}"#).slow, None);
        assert_eq!(parsed::<LogConf>("{}").slow, Some(Duration::from_millis(500)));
    }
}
