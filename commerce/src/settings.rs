//! Settings of a world: seed, clock, faults, addresses.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;

use crate::faults::Fault;

/// The last instant in a world: the end of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

/// The clock of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The clock of the machine.
    #[default]
    System,
    /// A fixed instant in Unix milliseconds, clamped to the years 1970 to 9999.
    Frozen(i64),
}

impl Clock {
    /// The current time, in Unix milliseconds.
    #[must_use]
    pub fn now_ms(self) -> i64 {
        let now_ms = match self {
            Self::Frozen(now_ms) => now_ms,
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_millis()).ok())
                .unwrap_or_default(),
        };
        now_ms.clamp(0, LAST_MS)
    }
}

/// The settings for [`serve`](crate::serve).
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorldSettings {
    /// Seed of the world.
    pub seed: u64,
    /// The clock; can be changed while the world runs.
    pub clock: Clock,
    /// Faults by method, such as `product_price.MGetProductPrice` or `cart.*`; a full name takes precedence over `*`.
    pub faults: BTreeMap<String, Fault>,
    /// The address of all listeners.
    pub bind: IpAddr,
    /// The port of the first service; the others follow in the order of [`Downstream::ALL`](live_pack_idl::Downstream::ALL).
    /// 0: each takes any free port.
    pub base_port: u16,
    /// The port of the picture server; 0: any free port.
    pub picture_port: u16,
}

impl Default for WorldSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            clock: Clock::System,
            faults: BTreeMap::new(),
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            base_port: 0,
            picture_port: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn settings_come_from_json_and_have_defaults() {
        let text = r#"{"seed": 9, "clock": {"frozen": 5}, "faults": {"cart.*": {"hang": true}}}"#;
        let settings: WorldSettings = serde_json::from_str(text).unwrap();
        assert_eq!(settings.seed, 9);
        assert_eq!(settings.clock, Clock::Frozen(5));
        assert_eq!(settings.bind, IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert!(serde_json::from_str::<WorldSettings>(r#"{"sead": 9}"#).is_err());
    }

    #[test]
    fn a_frozen_clock_does_not_move_and_stays_in_range() {
        assert_eq!(Clock::Frozen(1_700_000_000_000).now_ms(), 1_700_000_000_000);
        assert_eq!(Clock::Frozen(-5).now_ms(), 0);
        assert_eq!(Clock::Frozen(i64::MAX).now_ms(), LAST_MS);
    }
}
