//! Wakers for several futures in one tokio task: each future is polled only if it was woken.

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
        // any number of wake-ups of this future cause one wake-up of the task
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
    /// A waker that wakes `task`; initially woken, because nothing has been polled with it yet.
    pub(crate) fn waking(task: &Waker) -> Self {
        let woken = Arc::new(Woken { woken: AtomicBool::new(true), task: task.clone() });
        Self { waker: Waker::from(Arc::clone(&woken)), woken }
    }

    /// The waker, if it was woken since the last call.
    pub(crate) fn take(&self) -> Option<&Waker> {
        self.woken.woken.swap(false, Ordering::AcqRel).then_some(&self.waker)
    }
}
