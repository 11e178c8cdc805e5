//! Side effects: bounded, timed, caught, drained.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{SideEffectCounts, SideEffects, SideEffectsConf};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn start(capacity: usize, at_once: usize) -> SideEffects {
    SideEffects::start(SideEffectsConf { capacity, at_once, timeout: ms(100) })
}

/// Sleeps from its start, not from the time it is queued.
async fn takes(time: Duration) {
    sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_drops_and_counts() {
    let effects = start(2, 1);
    let taken: Vec<bool> = (0..5).map(|_| effects.push("e", takes(ms(10)))).collect();
    assert_eq!(taken, [true, true, false, false, false]);
    let counts = effects.drain(Instant::now() + ms(1_000)).await;
    assert_eq!(counts, SideEffectCounts { done: 2, dropped: 3, ..SideEffectCounts::default() });
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_queued_work_and_accepts_no_more() {
    let effects = start(8, 2);
    assert!((0..4).all(|_| effects.push("e", takes(ms(10)))));
    let started = Instant::now();
    assert_eq!(effects.drain(started + ms(1_000)).await.done, 4);
    assert_eq!(started.elapsed(), ms(20), "two at once");
    assert!(!effects.push("late", async {}));
    assert_eq!(effects.counts().dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_runs_out_of_time_drops_and_counts_the_rest() {
    let effects = start(8, 1);
    assert!((0..4).all(|_| effects.push("e", takes(ms(40)))));
    let started = Instant::now();
    let counts = effects.drain(started + ms(50)).await;
    assert_eq!(counts, SideEffectCounts { done: 1, dropped: 3, ..SideEffectCounts::default() });
    assert_eq!(started.elapsed(), ms(50));
}

#[tokio::test(start_paused = true)]
async fn a_hanging_and_a_panicking_side_effect_do_not_affect_others() {
    let effects = start(8, 1);
    effects.push("hangs", std::future::pending());
    effects.push("panics", async { assert_eq!(1, 2) });
    effects.push("fine", async {});
    let counts = effects.drain(Instant::now() + ms(1_000)).await;
    assert_eq!(counts, SideEffectCounts { done: 1, timed_out: 1, panicked: 1, dropped: 0 });
}
