//! The wall clock; tests and demonstrations can freeze it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The source of "now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A fixed time in Unix milliseconds.
    Frozen(i64),
}

impl Clock {
    /// Unix milliseconds.
    #[must_use]
    pub fn now_ms(self) -> i64 {
        match self {
            // a clock before 1970 or after the year 292,000,000 is broken, and 0 shows it
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_millis()).ok())
                .unwrap_or_default(),
            Self::Frozen(ms) => ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_still_and_the_system_clock_is_plausible() {
        assert_eq!(Clock::Frozen(42).now_ms(), 42);
        assert!(Clock::System.now_ms() > 1_760_000_000_000);
    }
}
