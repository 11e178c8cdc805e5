//! The inbox for the results of spawned tasks.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

use crate::{
    Scene,
    by_node::NodeId,
    catch::{Caught, RunningTask, catch},
    plan::body::{BodyFuture, BodyResult},
};

/// The result of a spawned task, with its time.
pub(super) struct Ended<S: Scene> {
    pub(super) node: NodeId,
    pub(super) result: Result<BodyResult<S>, Caught>,
    pub(super) at: Instant,
}

/// One per engine that spawns tasks.
pub(super) struct Inbox<S: Scene> {
    // std mutex: held for a push or a swap, never across an await
    left: Mutex<Left<S>>,
    driver: AtomicWaker,
}

struct Left<S: Scene> {
    ended: Vec<Ended<S>>,
    /// Number of ended tasks that wakes the driver. A failure always wakes it.
    wake_at: usize,
}

impl<S: Scene> Inbox<S> {
    pub(super) fn for_tasks(count: usize) -> Self {
        Self { left: Mutex::new(Left { ended: Vec::with_capacity(count), wake_at: 1 }), driver: AtomicWaker::new() }
    }

    /// Moves everything that has ended since the last call into `ended`, which must be empty and is reused. The waker is
    /// registered first, so no result is missed.
    pub(super) fn take(&self, driver: &Waker, ended: &mut Vec<Ended<S>>) {
        self.driver.register(driver);
        let mut left = self.lock();
        left.wake_at = 1;
        std::mem::swap(&mut left.ended, ended);
    }

    /// Lets the driver sleep until `count` tasks have ended, such as the last of a stage.
    pub(super) fn sleep_until(&self, count: usize) {
        // a task that has ended since `take` has already woken the driver
        self.lock().wake_at = count;
    }

    fn leave(&self, ended: Ended<S>) {
        let urgent = !matches!(ended.result, Ok(Ok(_)));
        let mut left = self.lock();
        left.ended.push(ended);
        let wake = urgent || left.ended.len() >= left.wake_at;
        drop(left);
        if wake {
            self.driver.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Left<S>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task's future on its own tokio task. Delivers its result, and wakes the driver if it waits for that.
pub(super) struct Spawned<S: Scene> {
    pub(super) node: NodeId,
    running: RunningTask,
    /// Dropped before the result is delivered, so that nothing of the task outlives the engine.
    work: Option<BodyFuture<S>>,
    pub(super) inbox: Arc<Inbox<S>>,
}

impl<S: Scene> Spawned<S> {
    pub(super) fn new(node: NodeId, running: RunningTask, future: BodyFuture<S>, inbox: Arc<Inbox<S>>) -> Self {
        Self { node, running, work: Some(future), inbox }
    }
}

impl<S: Scene> Future for Spawned<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let running = self.running;
        let Some(work) = &mut self.work else { return Poll::Ready(()) };
        let result = match catch(running, || work.as_mut().poll(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(result)) => Ok(result),
            Err(Caught) => Err(Caught),
        };
        // catches a panic in the future's drop
        let _ = catch(running, || self.work = None);
        self.inbox.leave(Ended { node: self.node, result, at: Instant::now() });
        Poll::Ready(())
    }
}
