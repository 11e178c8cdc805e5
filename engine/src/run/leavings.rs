//! What a dropped engine leaves behind: tokio tasks that are aborted and perhaps not yet gone.
//!
//! An engine that is dropped cannot wait for them. Whoever drops it inside [`Leavings::take`] can.

use std::cell::RefCell;

use tokio::task::JoinHandle;

use crate::catch::catch;

thread_local! {
    /// Where engines that are being dropped on this thread leave their tasks. Dropping never awaits, so a list of the
    /// thread is a list of whoever drops.
    static COLLECTED: RefCell<Option<Vec<JoinHandle<()>>>> = const { RefCell::new(None) };
}

/// Leaves aborted tasks to whoever collects them; nobody: they are let go.
pub(super) fn leave(handles: impl Iterator<Item = JoinHandle<()>>) {
    let mut handles = handles.peekable();
    if handles.peek().is_none() {
        return;
    }
    // a thread that is ending collects nothing
    let _ = COLLECTED.try_with(|collected| {
        if let Ok(mut collected) = collected.try_borrow_mut()
            && let Some(collected) = collected.as_mut()
        {
            collected.extend(handles);
        }
    });
}

/// Tokio tasks of engines that were dropped.
#[derive(Debug, Default)]
pub(crate) struct Leavings(Vec<JoinHandle<()>>);

impl Leavings {
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    /// What `drop` leaves. A panic in it goes to the log under the name of `of`.
    pub(crate) fn of(of: &'static str, drop: impl FnOnce()) -> Self {
        let mut leavings = Self::none();
        leavings.take(of, drop);
        leavings
    }

    /// Adds what `drop` leaves.
    pub(crate) fn take(&mut self, of: &'static str, drop: impl FnOnce()) {
        let before = COLLECTED.with(|collected| collected.replace(Some(std::mem::take(&mut self.0))));
        let _ = catch(of, drop);
        self.0 = COLLECTED.with(|collected| collected.replace(before)).unwrap_or_default();
    }

    /// Waits until all of them are gone.
    pub(crate) async fn gone(&mut self) {
        while let Some(handle) = self.0.last_mut() {
            // what an aborted task ended with is of no interest, only that it has
            let _ = handle.await;
            self.0.pop();
        }
    }
}

impl Drop for Leavings {
    /// Who waited for them was dropped, too.
    fn drop(&mut self) {
        leave(std::mem::take(&mut self.0).into_iter());
    }
}
