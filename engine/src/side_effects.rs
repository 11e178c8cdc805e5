//! Side effects: work after the answer, with a bounded queue and a deadline, drained at shutdown.

use std::{
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, timeout, timeout_at},
};

use crate::{
    Work,
    catch::{Caught, catch},
};

/// The bounds of a queue of side effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SideEffectsConf {
    /// Maximum number of waiting side effects; further ones are dropped and counted. At least 1.
    pub capacity: usize,
    /// Maximum number running at the same time. At least 1.
    pub at_once: usize,
    /// Time limit of each side effect.
    pub timeout: Duration,
}

/// Number of side effects so far, by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideEffectCounts {
    /// Completed.
    pub done: u64,
    /// Dropped: the queue was full or closed, or the drain ran out of time.
    pub dropped: u64,
    /// Exceeded the time limit.
    pub timed_out: u64,
    /// Panicked.
    pub panicked: u64,
}

#[derive(Default)]
struct Counters {
    open: AtomicU64,
    done: AtomicU64,
    dropped: AtomicU64,
    timed_out: AtomicU64,
    panicked: AtomicU64,
}

struct Effect {
    name: &'static str,
    work: Work<()>,
}

/// A bounded queue of work after the answer. Resident: one for the process, or one per kind of side effect.
pub struct SideEffects {
    // std mutex: held to look, never across an await
    queue: Mutex<Option<(mpsc::Sender<Effect>, JoinHandle<()>)>>,
    counters: Arc<Counters>,
}

impl std::fmt::Debug for SideEffects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SideEffects").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

impl SideEffects {
    /// Starts the queue on the current runtime.
    #[must_use]
    pub fn start(conf: SideEffectsConf) -> Self {
        let (sender, mut receiver) = mpsc::channel(conf.capacity.max(1));
        let counters = Arc::<Counters>::default();
        let counted = Arc::clone(&counters);
        let effects = stream::poll_fn(move |cx| receiver.poll_recv(cx));
        let all = effects.for_each_concurrent(conf.at_once.max(1), move |effect| {
            let counters = Arc::clone(&counted);
            async move { run(effect, conf.timeout, &counters).await }
        });
        #[expect(clippy::disallowed_methods, reason = "the queue is owned: dropping it aborts, draining it waits")]
        let handle = tokio::spawn(all);
        Self { queue: Mutex::new(Some((sender, handle))), counters }
    }

    /// Queues `work`; returns whether there was room. Never waits.
    pub fn push(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) -> bool {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let effect = Effect { name, work: Box::pin(work) };
        self.counters.open.fetch_add(1, Ordering::Relaxed);
        let taken = queue.as_ref().is_some_and(|(sender, _)| sender.try_send(effect).is_ok());
        if !taken {
            self.counters.open.fetch_sub(1, Ordering::Relaxed);
            self.counters.dropped.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// Outcomes so far.
    #[must_use]
    pub fn counts(&self) -> SideEffectCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { done, dropped, timed_out, panicked, .. } = &*self.counters;
        SideEffectCounts {
            done: read(done),
            dropped: read(dropped),
            timed_out: read(timed_out),
            panicked: read(panicked),
        }
    }

    /// Stops accepting work and waits until everything queued has ended, at most until `until`; the rest is dropped and
    /// counted.
    pub async fn drain(&self, until: Instant) -> SideEffectCounts {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, mut handle)) = queue {
            drop(sender);
            if timeout_at(until, &mut handle).await.is_err() {
                handle.abort();
                // an aborted queue has no result
                let _ = handle.await;
            }
            let open = self.counters.open.swap(0, Ordering::Relaxed);
            self.counters.dropped.fetch_add(open, Ordering::Relaxed);
        }
        self.counts()
    }
}

impl Drop for SideEffects {
    fn drop(&mut self) {
        if let Some((_, handle)) = self.queue.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            handle.abort();
        }
    }
}

async fn run(effect: Effect, limit: Duration, counters: &Counters) {
    let Effect { name, mut work } = effect;
    let guarded = poll_fn(|cx| match catch(name, || work.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(caught) => Poll::Ready(Err(caught)),
    });
    let ended = match timeout(limit, guarded).await {
        Ok(Ok(())) => &counters.done,
        Ok(Err(Caught)) => &counters.panicked,
        Err(_elapsed) => &counters.timed_out,
    };
    ended.fetch_add(1, Ordering::Relaxed);
    counters.open.fetch_sub(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests;
