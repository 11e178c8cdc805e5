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
            // A request that arrived since the last check has woken nothing; the next one will.
            core.wake.notified().await;
        }
    }
}

/// Takes a reading after all tasks that are ready have run.
///
/// A worker runs the task that was woken last (in its LIFO slot) before its queue, and timers wake last: the probe itself
/// has overtaken all tasks that it measures. A spawned task takes the slot in its turn; spawning another one moves it to
/// the end of the queue.
async fn take_behind_all(core: &Arc<Core>) {
    let reading = Arc::clone(core);
    let taken = spawn(async move { reading.overload.queue.take(reading.now()) });
    spawn(async {});
    // Fails only while the runtime is shutting down; the last reading stays.
    let _ = taken.await;
}

#[expect(clippy::disallowed_methods, reason = "ends at once")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task)
}
