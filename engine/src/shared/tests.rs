//! Shared once: joined, failed together, and safe against the cancellation of the one who asked first.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::Shared;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Counts how often it fetches; takes 20 ms.
#[derive(Clone, Default)]
struct Source(Arc<AtomicUsize>);

impl Source {
    fn fetched(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    async fn fetch<T>(self, value: T) -> T {
        self.0.fetch_add(1, Ordering::Relaxed);
        sleep(ms(20)).await;
        value
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_for_the_same_key_joins_the_fetch_that_runs() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.once(7_u32, || source.clone().fetch(Ok::<_, ()>("seven")));
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first, second, ask().await), (Ok("seven"), Ok("seven"), Ok("seven")));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_like_a_value() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.once((), || source.clone().fetch(Err::<(), _>("down")));
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first, second, ask().await), (Err("down"), Err("down"), Err("down")));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_key_is_the_type_of_the_value_and_its_arguments() {
    #[derive(PartialEq, Eq, Hash)]
    struct Room(u32);
    let (shared, source) = (Shared::default(), Source::default());
    let _ = shared.once(1_u32, || source.clone().fetch(Ok::<_, ()>("one"))).await;
    let other_arguments = shared.once(2_u32, || source.clone().fetch(Ok::<_, ()>("two"))).await;
    let other_key_type = shared.once(Room(1), || source.clone().fetch(Ok::<_, ()>("room"))).await;
    let other_value_type = shared.once(1_u32, || source.clone().fetch(Ok::<_, ()>(1_u8))).await;
    assert_eq!((other_arguments, other_key_type, other_value_type), (Ok("two"), Ok("room"), Ok(1)));
    assert_eq!(source.fetched(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_one_who_asked_first_may_go_while_another_waits() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.once(1_u32, || source.clone().fetch(Ok::<_, ()>("one")));
    let first = timeout(ms(5), ask());
    let second = async {
        sleep(ms(1)).await;
        ask().await
    };
    let started = tokio::time::Instant::now();
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err(), "cancelled");
    assert_eq!(second, Ok("one"));
    assert_eq!(started.elapsed(), ms(20), "the fetch went on where it stood");
    assert_eq!(source.fetched(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_request_drops_the_work_with_itself() {
    let alive = Arc::new(());
    let shared = Shared::default();
    let held = Arc::clone(&alive);
    let hang = || async move {
        let _held = held;
        std::future::pending::<Result<u8, ()>>().await
    };
    assert!(timeout(ms(5), shared.once(1_u32, hang)).await.is_err());
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(shared);
    assert_eq!(Arc::strong_count(&alive), 1);
}
