//! The panic guard: a panic in a task ends that task only.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// A panic was caught; its payload is in the log.
pub(crate) struct Caught;

/// Runs `work`; a panic is logged under the name of `task` and goes no further.
///
/// Unwind safety: what `work` touches is dropped or never read again by the task that panicked; data of other tasks are
/// written once, before anybody reads them.
pub(crate) fn catch<T>(task: &'static str, work: impl FnOnce() -> T) -> Result<T, Caught> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        tracing::error!(task, panic = message(payload.as_ref()), "task panicked");
        Caught
    })
}

pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&'static str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("not a text")
}
