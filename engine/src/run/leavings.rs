//! Aborted tokio tasks of a dropped engine that may still be running.
//!
//! A dropped engine cannot wait for them, but a caller that drops it inside [`Leavings::take`] can.

use std::cell::RefCell;

use tokio::task::JoinHandle;

use crate::catch::catch;

thread_local! {
    /// The list for tasks of engines dropped on this thread. Dropping never awaits, so a thread's list
    /// belongs to a single caller.
    static COLLECTED: RefCell<Option<Vec<JoinHandle<()>>>> = const { RefCell::new(None) };
}

/// Passes aborted tasks to the collecting caller; without one they are detached.
pub(super) fn leave(handles: impl Iterator<Item = JoinHandle<()>>) {
    let mut handles = handles.peekable();
    if handles.peek().is_none() {
        return;
    }
    // a thread that is shutting down collects nothing
    let _ = COLLECTED.try_with(|collected| {
        if let Ok(mut collected) = collected.try_borrow_mut()
            && let Some(collected) = collected.as_mut()
        {
            collected.extend(handles);
        }
    });
}

/// Tokio tasks of dropped engines.
#[derive(Debug, Default)]
pub(crate) struct Leavings(Vec<JoinHandle<()>>);

impl Leavings {
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    /// The tasks left over by `drop`. A panic in it is attributed to `of`.
    pub(crate) fn of(of: &'static str, drop: impl FnOnce()) -> Self {
        let mut leavings = Self::none();
        leavings.take(of, drop);
        leavings
    }

    /// Adds the tasks left over by `drop`.
    pub(crate) fn take(&mut self, of: &'static str, drop: impl FnOnce()) {
        let before = COLLECTED.with(|collected| collected.replace(Some(std::mem::take(&mut self.0))));
        let _ = catch(of, drop);
        self.0 = COLLECTED.with(|collected| collected.replace(before)).unwrap_or_default();
    }

    /// Waits until all of them have ended.
    pub(crate) async fn gone(&mut self) {
        while let Some(handle) = self.0.last_mut() {
            // the result of an aborted task does not matter, only its end
            let _ = handle.await;
            self.0.pop();
        }
    }
}

impl Drop for Leavings {
    /// The waiting caller was dropped as well.
    fn drop(&mut self) {
        leave(std::mem::take(&mut self.0).into_iter());
    }
}
