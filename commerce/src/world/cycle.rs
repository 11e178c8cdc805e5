//! Repeating windows: the current window is computed from the absolute time, so no state is kept.

/// A window that opens repeatedly in absolute Unix time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub(crate) period_ms: i64,
    /// Duration of the open window; at most the period.
    pub(crate) open_ms: i64,
    /// Offset of the opening within a period.
    pub(crate) phase_ms: i64,
}

/// One turn of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The number of the turn, which grows with time.
    pub(crate) number: i64,
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
}

impl Cycle {
    pub(crate) const MINUTE: i64 = 60_000;
    pub(crate) const HOUR: i64 = 60 * Self::MINUTE;
    pub(crate) const DAY: i64 = 24 * Self::HOUR;

    /// The last turn that has begun: its window is open, or has closed and the next one is not open yet.
    pub(crate) fn turn(&self, now_ms: i64) -> Turn {
        self.numbered((now_ms - self.phase_ms).div_euclid(self.period_ms.max(1)))
    }

    /// The turn with a number.
    pub(crate) fn numbered(&self, number: i64) -> Turn {
        let start_ms = self.phase_ms + number * self.period_ms.max(1);
        Turn { number, start_ms, end_ms: start_ms + self.open_ms }
    }
}

impl Turn {
    /// Whether the window is open: the start belongs to it, the end does not.
    pub(crate) fn is_open(&self, now_ms: i64) -> bool {
        (self.start_ms..self.end_ms).contains(&now_ms)
    }

    /// Elapsed share of the window, in thousandths.
    pub(crate) fn passed_permille(&self, now_ms: i64) -> i64 {
        let length = (self.end_ms - self.start_ms).max(1);
        (now_ms - self.start_ms).clamp(0, length) * 1_000 / length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CYCLE: Cycle = Cycle { period_ms: 100, open_ms: 40, phase_ms: 10 };

    #[test]
    fn a_turn_lasts_until_the_next_one_opens() {
        assert_eq!(CYCLE.turn(109).number, 0);
        let turn = CYCLE.turn(110);
        assert_eq!((turn.number, turn.start_ms, turn.end_ms), (1, 110, 150));
        assert!(turn.is_open(110) && turn.is_open(149) && !turn.is_open(150));
        assert_eq!(turn.passed_permille(120), 250);
        assert_eq!(turn.passed_permille(500), 1_000);
    }

    #[test]
    fn times_before_the_phase_belong_to_earlier_turns() {
        assert_eq!(CYCLE.turn(0).number, -1);
        assert_eq!(CYCLE.turn(-95).number, -2);
    }
}
