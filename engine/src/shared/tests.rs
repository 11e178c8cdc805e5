//! Shared questions: fetches are joined, failures shared, and the first caller may be cancelled.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{Question, Shared};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Counts its fetches; takes 20 ms.
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

macro_rules! questions {
    ($($question:ident = |$argument:pat_param| $answer:expr;)*) => {$(
        #[derive(Clone, PartialEq, Eq)]
        struct $question(u32);

        impl Question for $question {
            type With = Source;
            type Answer = u32;
            type Error = &'static str;

            async fn fetch(self, source: Source) -> Result<u32, &'static str> {
                let $argument = self.0;
                source.fetch($answer).await
            }
        }
    )*};
}

questions! {
    Double = |number| Ok(2 * number);
    Triple = |number| Ok(3 * number);
    Down = |_| Err("down");
}

#[tokio::test(start_paused = true)]
async fn callers_with_the_same_question_join_the_running_fetch() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.ask(Double(7), source.clone());
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first, second, ask().await), (Ok(14), Ok(14), Ok(14)));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_like_a_value() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.ask(Down(0), source.clone());
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first, second, ask().await), (Err("down"), Err("down"), Err("down")));
    assert_eq!(shared.known(&Down(0)), Some(Err("down")));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_different_argument_or_type_is_a_different_question() {
    let (shared, source) = (Shared::default(), Source::default());
    let answers = tokio::join!(shared.ask(Double(1), source.clone()), shared.ask(Double(2), source.clone()), async {
        shared.ask(Triple(1), source.clone()).await
    });
    assert_eq!(answers, (Ok(2), Ok(4), Ok(3)));
    assert_eq!(source.fetched(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_known_once_it_has_arrived_and_looking_starts_no_fetch() {
    let (shared, source) = (Shared::default(), Source::default());
    assert_eq!(shared.known(&Double(1)), None, "never asked");
    let ask = shared.ask(Double(1), source.clone());
    let look = async {
        sleep(ms(10)).await;
        shared.known(&Double(1))
    };
    assert_eq!(tokio::join!(ask, look), (Ok(2), None), "not yet arrived");
    assert_eq!(shared.known(&Double(1)), Some(Ok(2)));
    assert_eq!((shared.known(&Double(2)), shared.known(&Triple(1)), source.fetched()), (None, None, 1));
}

#[tokio::test(start_paused = true)]
async fn the_first_caller_may_leave_while_another_waits() {
    let (shared, source) = (Shared::default(), Source::default());
    let ask = || shared.ask(Double(1), source.clone());
    let first = timeout(ms(5), ask());
    let second = async {
        sleep(ms(1)).await;
        ask().await
    };
    let started = tokio::time::Instant::now();
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err(), "cancelled");
    assert_eq!(second, Ok(2));
    assert_eq!(started.elapsed(), ms(20), "the fetch was continued, not restarted");
    assert_eq!(source.fetched(), 1);
}

#[derive(Clone, PartialEq, Eq)]
struct Hangs;

impl Question for Hangs {
    type With = Arc<()>;
    type Answer = ();
    type Error = ();

    async fn fetch(self, _held: Arc<()>) -> Result<(), ()> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_request_drops_the_fetch() {
    let alive = Arc::new(());
    let shared = Shared::default();
    assert!(timeout(ms(5), shared.ask(Hangs, Arc::clone(&alive))).await.is_err());
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(shared);
    assert_eq!(Arc::strong_count(&alive), 1);
}
