//! Merges that wait.

use super::*;

/// Records the sum of its branches after the given number of milliseconds.
struct Sums(u64);

impl<'r> Merge<Walk<'r>, (u32, BranchOutcome<u32, TinyError>), TinyError> for Sums {
    async fn merge(
        &self,
        walk: &mut Walk<'r>,
        (strong, weak): (u32, BranchOutcome<u32, TinyError>),
        turn: &mut Turn<'_>,
    ) -> Result<Next, TinyError> {
        sleep(ms(self.0)).await;
        walk.go(format!("{} in {}", strong + weak.done().unwrap_or(0), turn.step()))
    }
}

/// Fails or panics after 5 ms.
struct Breaks(bool);

impl<'r> Merge<Walk<'r>, (u32, BranchOutcome<u32, TinyError>), TinyError> for Breaks {
    async fn merge(
        &self,
        _walk: &mut Walk<'r>,
        _branches: (u32, BranchOutcome<u32, TinyError>),
        _turn: &mut Turn<'_>,
    ) -> Result<Next, TinyError> {
        sleep(ms(5)).await;
        assert!(!self.0, "told to");
        Err(ERROR)
    }
}

macro_rules! flow {
    ($weak:expr, $merge:expr) => {
        Flow::<Trail>::define("F").fork_then(
            "fork",
            Fork::<Trail>::all().strong("strong", |_| after(10, 1)).weak("weak", |_| $weak),
            $merge,
        )
    };
}

#[tokio::test(start_paused = true)]
async fn a_merge_may_wait_and_the_flow_waits_for_it() {
    let ran = walk(flow!(after(20, 2), Sums(30)).sync("after", |walk, _| walk.go("after"))).await;
    assert_eq!((ran.ended, ran.took), (Ok(()), ms(50)));
    assert_eq!(ran.been, ["3 in fork", "after"]);
    assert_eq!(ran.record.line(), "F 50.000ms");
}

#[tokio::test(start_paused = true)]
async fn a_merge_that_fails_panics_or_hangs_ends_the_flow() {
    let ran = walk(flow!(after(1, 2), Breaks(false))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Failed { at: "fork", error: ERROR }), ms(15)));
    let ran = walk(flow!(after(1, 2), Breaks(true))).await;
    assert_eq!(ran.ended, Err(FlowError::Panicked { at: "fork" }));
    let ran = walk(flow!(after(1, 2), Sums(10_000))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Timeout { waiting_for: "fork" }), ms(1_000)));
}

#[tokio::test(start_paused = true)]
async fn a_merge_that_does_not_wait_runs_even_after_the_deadline() {
    let ran = walk(flow!(hangs(), Ready)).await;
    assert_eq!((ran.ended, ran.took, &ran.been[0][..]), (Ok(()), ms(1_000), "merged"));
}

struct Ready;

impl<'r> Merge<Walk<'r>, (u32, BranchOutcome<u32, TinyError>), TinyError> for Ready {
    async fn merge(
        &self,
        walk: &mut Walk<'r>,
        _branches: (u32, BranchOutcome<u32, TinyError>),
        _turn: &mut Turn<'_>,
    ) -> Result<Next, TinyError> {
        walk.go("merged")
    }
}
