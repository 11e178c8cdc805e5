//! `OverloadConf`: load shedding at admission.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Key,
    check::{Check, ms},
    keyed::Keyed,
    span::RawSpan,
};

/// `OverloadConf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverloadRules {
    /// Whether load is shed.
    pub enabled: bool,
    /// Longest queueing delay before load is shed, in processor time: 1 ms to 1 s.
    pub queue: Duration,
    /// Length of the window over which the delay is averaged: 20 ms to 5 s.
    pub window: Duration,
}

impl Default for OverloadRules {
    fn default() -> Self {
        Self { enabled: true, queue: ms(50), window: ms(100) }
    }
}

/// Load shedding at admission.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawOverload {
    /// Whether load is shed.
    enabled: bool,
    /// Longest queueing delay before load is shed, in processor time: 1ms to 1s.
    queue: RawSpan,
    /// Length of the window over which the delay is averaged: 20ms to 5s.
    window: RawSpan,
}

impl Default for RawOverload {
    fn default() -> Self {
        let OverloadRules { enabled, queue, window } = OverloadRules::default();
        Self { enabled, queue: RawSpan::of(queue), window: RawSpan::of(window) }
    }
}

impl Keyed for OverloadRules {
    const KEY: Key = Key::Overload;
    type Raw = RawOverload;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            enabled: raw.enabled,
            queue: check.span("queue", &raw.queue, ms(1)..=ms(1_000)),
            window: check.span("window", &raw.window, ms(20)..=ms(5_000)),
        }
    }
}
