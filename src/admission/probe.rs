//! The task that measures the queueing time, ends windows where nobody calls, and rests when there is nothing to do.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{Core, queue::INTERVAL};

/// Rests when no request has come for this long and everybody is let in.
const QUIET: Duration = Duration::from_secs(1);

pub(super) async fn run(core: Arc<Core>) {
    loop {
        let due = Instant::now() + INTERVAL;
        core.overload.queue.expect(due - core.start);
        sleep_until(due).await;
        let now = core.now();
        core.overload.queue.take(now);
        core.end_window(now);
        if now > core.last_arrival() + QUIET && core.overload.levels.is_open() {
            core.overload.queue.rest();
            core.metrics.queue(Duration::ZERO);
            // A request between the last look and here wakes nobody; the next one does.
            core.wake.notified().await;
        }
    }
}
