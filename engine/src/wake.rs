//! Wakers for several futures that are polled in one tokio task: each is polled only when it was woken.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
};

struct Woken {
    woken: AtomicBool,
    task: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // one wake-up of the task for any number of this future's
        if !self.woken.swap(true, Ordering::AcqRel) {
            self.task.wake_by_ref();
        }
    }
}

/// The waker of one future, and whether it was woken.
pub(crate) struct OwnWaker {
    woken: Arc<Woken>,
    waker: Waker,
}

impl OwnWaker {
    /// A waker that wakes `task`; woken from the start, because nobody has polled with it yet.
    pub(crate) fn waking(task: &Waker) -> Self {
        let woken = Arc::new(Woken { woken: AtomicBool::new(true), task: task.clone() });
        Self { waker: Waker::from(Arc::clone(&woken)), woken }
    }

    /// The waker, if it was woken since it was last taken.
    pub(crate) fn take(&self) -> Option<&Waker> {
        self.woken.woken.swap(false, Ordering::AcqRel).then_some(&self.waker)
    }
}
