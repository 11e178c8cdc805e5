//! The panic guard: a panic in a task ends only that task.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// A panic was caught. The process's panic hook has already reported it.
pub(crate) struct Caught;

/// The engine or flow code that a thread is running, for log lines and for the panic hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningTask {
    /// Name of the engine; empty for a step or branch of a flow, a hook, and a side effect.
    pub engine: &'static str,
    /// Name of the task, step, branch or side effect; empty outside them.
    pub task: &'static str,
}

impl RunningTask {
    const NONE: Self = Self { engine: "", task: "" };

    /// The task that this thread is running, if any. Also valid in a panic hook.
    #[must_use]
    pub fn current() -> Option<Self> {
        // a thread that is shutting down runs no task
        RUNNING.try_with(Cell::get).ok().filter(|running| *running != Self::NONE)
    }
}

impl From<&'static str> for RunningTask {
    fn from(task: &'static str) -> Self {
        Self { task, ..Self::NONE }
    }
}

thread_local! {
    static RUNNING: Cell<RunningTask> = const { Cell::new(RunningTask::NONE) };
}

/// Runs `work` on behalf of `running` and catches its panics.
///
/// Unwind safety: what `work` touches is dropped or never read again by the task that panicked; data of other tasks are
/// written once, before anything reads them.
pub(crate) fn catch<T>(running: impl Into<RunningTask>, work: impl FnOnce() -> T) -> Result<T, Caught> {
    let before = RUNNING.replace(running.into());
    let caught = catch_unwind(AssertUnwindSafe(work)).map_err(|_| Caught);
    RUNNING.set(before);
    caught
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: RunningTask = RunningTask { engine: "Page", task: "Loader" };

    #[test]
    fn the_running_task_is_known_only_while_it_runs() {
        let inner = || catch("branch", || catch(PAGE, RunningTask::current).ok().flatten()).ok().flatten();
        assert_eq!(catch("step", || (inner(), RunningTask::current())).ok(), Some((Some(PAGE), Some("step".into()))));
        assert_eq!(RunningTask::current(), None);
    }

    #[test]
    fn a_panic_restores_the_running_task() {
        let panics = || drop(catch(PAGE, || std::panic::resume_unwind(Box::new("on purpose"))).map(|(): ()| ()));
        let after = catch("step", || {
            panics();
            RunningTask::current()
        });
        assert_eq!(after.ok().flatten(), Some("step".into()));
    }
}
