//! The task that measures the queueing delay, ends windows when there are no requests, and rests when idle.

use std::{sync::Arc, time::Duration};

use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::{Core, queue::INTERVAL};

/// Lateness of a timer on an idle machine: the runtime counts whole milliseconds, and so does its wait for the kernel.
const GRANULARITY: Duration = Duration::from_millis(2);

/// Rests when no request has arrived for this long and all are admitted.
const QUIET: Duration = Duration::from_secs(1);

pub(super) async fn run(core: Arc<Core>) {
    loop {
        let due = Instant::now() + INTERVAL;
        core.overload.queue.expect(due + GRANULARITY - core.start, (core.now().processor)());
        sleep_until(due).await;
        core.overload.queue.wake(core.now());
        take_behind_all(&core).await;
        let now = core.now();
        core.end_window(now);
        if now.at > core.last_arrival() + QUIET && core.overload.levels.is_open() {
            core.overload.queue.rest();
            core.metrics.queue(Duration::ZERO);
            // A request between the last look and here wakes nothing; the next one does.
            core.wake.notified().await;
        }
    }
}

/// Takes a reading behind all tasks that are ready.
///
/// A worker runs the task that was woken last before its queue, and a timer wakes last: the probe itself has overtaken
/// all tasks that it measures. A task that is spawned is woken last in its turn; the next one takes that place and moves
/// it to the end of the queue.
async fn take_behind_all(core: &Arc<Core>) {
    let reading = Arc::clone(core);
    let taken = spawn(async move { reading.overload.queue.take(reading.now()) });
    spawn(async {});
    // Without a reading, because the runtime is shutting down, the last one stands.
    let _ = taken.await;
}

#[expect(clippy::disallowed_methods, reason = "ends at once")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task)
}
