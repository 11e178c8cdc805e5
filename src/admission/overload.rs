//! Overload control of one process: the present queueing time, and whom to let in by it.

use std::time::Duration;

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    level::{Level, Levels, Window},
    queue::Queue,
};

/// With fewer than so many requests a worker inside there is no queue of ours: who is late in such company waits for a
/// machine that is busy with others, and refusing it would help nobody. A process that gets a part of its processor only
/// would else refuse everybody, and wait as long as before.
const FEW: u128 = 40;

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
        // Those in flight, and by Little's law those that are taken up in the time that each waits: a handler that has all it
        // needs at hand ends before the next request is looked at, and is never seen in flight.
        let taken_up = queue.as_micros() * u128::from(self.levels.recent()) / rules.window.as_micros().max(1);
        let inside = in_flight as u128 + taken_up;
        if inside < self.few { Duration::ZERO } else { queue }
    }

    /// Whether to let a request in.
    pub(super) fn admits(
        &self,
        class: Class,
        viewer: i64,
        number: u32,
        now: Duration,
        in_flight: usize,
        rules: &OverloadRules,
    ) -> bool {
        // All guests are one user; kept together they would all be refused together.
        let viewer = if viewer == 0 { u64::from(number) } else { viewer.cast_unsigned() };
        self.levels.admits(Level::of(class, viewer, number, now), self.present(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over.
    pub(super) fn end_window(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Option<Window> {
        self.levels.end_window(now, self.present(now, in_flight, rules), rules)
    }
}
