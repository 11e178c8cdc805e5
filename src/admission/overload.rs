//! Overload control of one process: the present queueing time, and whom to let in by it.

use std::time::Duration;

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    level::{Level, Levels, Window},
    queue::Queue,
};

/// Fewer waiting for a worker are no queue of ours: a request that is late in such company waits for a machine that is
/// busy with others, and refusing it would help nobody.
const FEW: u128 = 8;

/// What is measured, and what follows from it. Times are since the start of whoever holds it.
#[derive(Debug)]
pub(super) struct Overload {
    pub(super) queue: Queue,
    pub(super) levels: Levels,
    few: u128,
}

impl Overload {
    /// For a process with so many threads that serve requests.
    pub(super) fn new(workers: usize) -> Self {
        Self { queue: Queue::default(), levels: Levels::default(), few: FEW * workers as u128 }
    }

    /// How long a request that arrives now will wait because of other requests.
    pub(super) fn present(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Duration {
        let queue = self.queue.present(now, in_flight);
        // Little's law: as many wait as arrive in the time that each waits. Not those in flight: a handler that has all it
        // needs at hand ends before the next request is looked at.
        let waiting = queue.as_micros() * u128::from(self.levels.recent()) / rules.window.as_micros().max(1);
        if waiting < self.few { Duration::ZERO } else { queue }
    }

    /// Whether to let a request in.
    pub(super) fn admits(
        &self,
        class: Class,
        viewer: u64,
        now: Duration,
        in_flight: usize,
        rules: &OverloadRules,
    ) -> bool {
        self.levels.admits(Level::of(class, viewer, now), self.present(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over.
    pub(super) fn end_window(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Option<Window> {
        self.levels.end_window(now, self.present(now, in_flight, rules), rules)
    }
}
