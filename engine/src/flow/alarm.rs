//! One timer for all deadlines of a run.

use std::{future::Future as _, pin::Pin, task::Context};

use tokio::time::{Instant, Sleep};

/// Fires at a deadline. Costs nothing until something waits.
pub(super) struct Alarm<'a>(pub(super) Pin<&'a mut Sleep>);

impl Alarm<'_> {
    pub(super) fn reborrow(&mut self) -> Alarm<'_> {
        Alarm(self.0.as_mut())
    }

    /// Whether `at` has passed; if not, the task is woken at that time.
    pub(super) fn poll(&mut self, at: Instant, waker: &mut Context<'_>) -> bool {
        if self.0.deadline() != at {
            self.0.as_mut().reset(at);
        }
        self.0.as_mut().poll(waker).is_ready()
    }
}
