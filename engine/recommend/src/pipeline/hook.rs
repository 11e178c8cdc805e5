//! Hooks: observers of a pipeline. They cannot change anything; their panics are caught.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use crate::{ask::Ask, candidates::Candidates, record::Slate};

/// An observer, for example for metrics.
pub trait Hook<E = ()>: Send + Sync + 'static {
    /// Called after each node with the resulting list and the time taken.
    fn after(&self, ask: &Ask<'_, E>, node: &str, list: &Candidates, took: Duration);

    /// Called once with the answer.
    fn finish(&self, ask: &Ask<'_, E>, slate: &Slate) {
        let _ = (ask, slate);
    }
}

pub(super) fn observe<E: 'static>(hook: &dyn Hook<E>, ask: &Ask<'_, E>, node: &str, list: &Candidates, took: Duration) {
    // The panic hook of the process has already reported it; the request continues.
    drop(catch_unwind(AssertUnwindSafe(|| hook.after(ask, node, list, took))));
}

pub(super) fn finish<E: 'static>(hook: &dyn Hook<E>, ask: &Ask<'_, E>, slate: &Slate) {
    drop(catch_unwind(AssertUnwindSafe(|| hook.finish(ask, slate))));
}
