//! Logs when shedding begins and ends, at most once per second.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::level::Window;

/// Minimum time between two lines: a load at the limit would fill the log.
const APART: Duration = Duration::from_secs(1);

/// Whether load is being shed, according to the last log line.
#[derive(Debug, Default)]
pub(super) struct Shedding(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    sheds: bool,
    at: Option<Duration>,
    refused: u64,
}

/// A line that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Requests are being refused.
    Begins,
    /// No requests are refused any more; this many were.
    Ends { refused: u64 },
}

impl Shedding {
    /// The line to log after a window, if any.
    pub(super) fn after(&self, window: Window, now: Duration) -> Option<Line> {
        // A poisoned lock is usable: the state is consistent at all times.
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.refused += window.refused;
        let sheds = window.refused > 0 || !window.open;
        if sheds == told.sheds || told.at.is_some_and(|at| now < at + APART) {
            return None;
        }
        told.sheds = sheds;
        told.at = Some(now);
        Some(if sheds { Line::Begins } else { Line::Ends { refused: std::mem::take(&mut told.refused) } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shedding_logs_its_begin_and_end_at_most_once_per_second() {
        let shedding = Shedding::default();
        let quiet = Window { arrived: 9, refused: 0, open: true };
        let refusing = Window { arrived: 9, refused: 4, open: true };
        let closed = Window { arrived: 0, refused: 0, open: false };
        for (at, window, line) in [
            (0, quiet, None),
            (100, refusing, Some(Line::Begins)),
            (200, refusing, None),
            (300, quiet, None),
            (1_200, closed, None),
            (1_300, quiet, Some(Line::Ends { refused: 8 })),
            (1_400, refusing, None),
            (2_200, quiet, None),
            (2_300, closed, Some(Line::Begins)),
        ] {
            assert_eq!(shedding.after(window, Duration::from_millis(at)), line, "at {at}");
        }
    }
}
