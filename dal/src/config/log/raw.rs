//! The structure of `LogConf.json`, and its checks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    super::{
        Key,
        check::{Check, ms},
        keyed::Keyed,
        span::RawSpan,
    },
    Follow, LogConf, LogLevel, LogLevels, Share,
    share::{number, share},
};

/// The target that stands for all others.
const OTHER: &str = "*";

/// Maximum number of targets with a level of their own.
const MOST_TARGETS: usize = 64;

/// Log levels, shares of requests that are logged, recorded and traced, and followed users and rooms.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in super::super) struct RawLog {
    /// Levels by target, at most 64; `*`: all other targets, `info` if left out. Replaces the setting `log_level` unless
    /// it is empty.
    levels: BTreeMap<String, LogLevel>,
    /// Share of requests with a line in the access log: 0 to 1. Replaces the setting `access_log_one_in`; left out: the
    /// setting applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Number>,
    /// Share of calls whose record is kept whatever their outcome: 0 to 1.
    records: Number,
    /// Share of calls that are traced whatever their outcome: 0 to 1.
    traces: Number,
    /// Viewers and rooms whose calls are all recorded.
    follow: RawFollow,
    /// Duration from which a call is slow, and its record kept: at most 1m; 0ms: none is.
    slow: RawSpan,
}

/// Viewers and rooms whose calls are all recorded.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawFollow {
    /// Ids of users, at most 32.
    users: Vec<i64>,
    /// Ids of rooms, at most 32.
    rooms: Vec<i64>,
}

impl Default for RawLog {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            access: None,
            records: number(Share::of_millionths(1_000)),
            traces: number(Share::of_millionths(10_000)),
            follow: RawFollow::default(),
            slow: RawSpan::of(ms(500)),
        }
    }
}

impl Keyed for LogConf {
    const KEY: Key = Key::Log;
    type Raw = RawLog;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            levels: levels(raw.levels, check),
            access: raw.access.map(|raw| share("access", &raw, check)),
            records: share("records", &raw.records, check),
            traces: share("traces", &raw.traces, check),
            follow: Follow {
                users: ids("follow.users", raw.follow.users, check),
                rooms: ids("follow.rooms", raw.follow.rooms, check),
            },
            slow: Some(check.span("slow", &raw.slow, ms(0)..=ms(60_000))).filter(|slow| !slow.is_zero()),
        }
    }
}

/// The levels; `None` if the file gives none.
fn levels(mut targets: BTreeMap<String, LogLevel>, check: &mut Check<'_>) -> Option<LogLevels> {
    if targets.is_empty() {
        return None;
    }
    if targets.len() > MOST_TARGETS {
        check.fail("levels", format!("must have at most {MOST_TARGETS} targets"), &targets.len());
    }
    let other = targets.remove(OTHER).unwrap_or(LogLevel::Info);
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | ':' | '-');
    for target in targets.keys() {
        if target.is_empty() || !target.chars().all(is_sign) {
            check.fail("levels", "must have targets such as live_pack_dal::rpc, or *", target);
        }
    }
    Some(LogLevels { other, targets })
}

/// Different ids, sorted.
fn ids(at: &str, mut ids: Vec<i64>, check: &mut Check<'_>) -> Box<[i64]> {
    if ids.len() > Follow::MOST {
        check.fail(at, format!("must have at most {} ids", Follow::MOST), &ids.len());
        return Box::default();
    }
    for (index, id) in ids.iter().enumerate() {
        let at = format_args!("{at}[{index}]");
        // the fault does not name the id, because faults are logged
        if *id < 1 {
            check.fault(at, "must be an id, above 0");
        } else if ids.iter().take(index).any(|other| other == id) {
            check.fault(at, "must not be repeated");
        }
    }
    ids.sort_unstable();
    ids.into_boxed_slice()
}
