//! A second call for one that takes long: the first good answer counts, and the other call is cancelled.

use std::{pin::Pin, time::Duration};

use futures_util::future::{Either, select};
use tokio::time::timeout;

/// The result of a call that may have had a second one.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::rpc) struct Raced<T> {
    pub(in crate::rpc) result: T,
    pub(in crate::rpc) hedge: Hedge,
}

/// The second call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rpc) enum Hedge {
    /// There was none.
    None,
    /// The result is that of the first call, or neither has an answer.
    Lost,
    /// It answered while the first call was still under way.
    Won,
}

/// Waits for `first`; after `delay` makes the call that `second` returns, if any. The first `Ok` counts; if both fail, the
/// failure of the call that ended last.
pub(in crate::rpc) async fn race<R, E, A, B>(
    mut first: Pin<&mut A>,
    delay: Duration,
    second: impl FnOnce() -> Option<Pin<Box<B>>>,
) -> Raced<Result<R, E>>
where
    A: Future<Output = Result<R, E>>,
    B: Future<Output = Result<R, E>> + ?Sized,
{
    if let Ok(result) = timeout(delay, first.as_mut()).await {
        return Raced { result, hedge: Hedge::None };
    }
    let Some(second) = second() else { return Raced { result: first.await, hedge: Hedge::None } };
    match select(first, second).await {
        Either::Left((Ok(answer), _)) => Raced { result: Ok(answer), hedge: Hedge::Lost },
        Either::Right((Ok(answer), _)) => Raced { result: Ok(answer), hedge: Hedge::Won },
        Either::Left((Err(_), second)) => Raced { result: second.await, hedge: Hedge::Lost },
        Either::Right((Err(_), first)) => Raced { result: first.await, hedge: Hedge::Lost },
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
    };

    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::testing::millis;

    type Ended = (u64, Result<&'static str, &'static str>);
    type Case = (&'static str, Ended, Option<Ended>, Result<&'static str, &'static str>, u128, usize, Hedge);

    /// Result and duration with these two calls, a second one after 10 ms; and the number of calls that ended.
    async fn raced(first: Ended, second: Option<Ended>) -> (Raced<Result<&'static str, &'static str>>, u128, usize) {
        let ended = AtomicUsize::new(0);
        let call = |(takes, result): Ended| async move {
            sleep(millis(takes)).await;
            result
        };
        let counted = |of: Ended| {
            let ended = &ended;
            async move {
                let result = call(of).await;
                ended.fetch_add(1, SeqCst);
                result
            }
        };
        let begun = Instant::now();
        let result = race(pin!(counted(first)), millis(10), || second.map(|second| Box::pin(counted(second)))).await;
        (result, begun.elapsed().as_millis(), ended.load(SeqCst))
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_good_answer_counts_and_the_other_call_is_cancelled() {
        let cases: [Case; 7] = [
            ("the first is fast", (9, Ok("a")), Some((0, Ok("b"))), Ok("a"), 9, 1, Hedge::None),
            ("the first fails fast", (9, Err("a")), Some((0, Ok("b"))), Err("a"), 9, 1, Hedge::None),
            ("the second is faster", (50, Ok("a")), Some((5, Ok("b"))), Ok("b"), 15, 1, Hedge::Won),
            ("the first is faster all the same", (12, Ok("a")), Some((5, Ok("b"))), Ok("a"), 12, 1, Hedge::Lost),
            ("there is no second", (50, Ok("a")), None, Ok("a"), 50, 1, Hedge::None),
            ("the second fails", (50, Ok("a")), Some((5, Err("b"))), Ok("a"), 50, 2, Hedge::Lost),
            ("both fail", (12, Err("a")), Some((5, Err("b"))), Err("b"), 15, 2, Hedge::Lost),
        ];
        for (what, first, second, result, took, ended, hedge) in cases {
            assert_eq!(raced(first, second).await, (Raced { result, hedge }, took, ended), "{what}");
        }
    }
}
