//! Time: the deadline of the flow, the timeouts of branches, and steps that run after the deadline.

use super::*;

struct Hangs;

impl<'r> Step<Walk<'r>, TinyError> for Hangs {
    async fn run(&self, _walk: &mut Walk<'r>, _turn: &mut Turn<'_>) -> Result<Next, TinyError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_ends_by_the_earlier_of_its_timeout_and_the_given_deadline() {
    for (flow, expected) in [(Flow::<Trail>::define("F"), 1_000), (Flow::<Trail>::define("F").timeout(ms(70)), 70)] {
        let ran = walk(flow.step("a", Hangs)).await;
        assert_eq!((ran.ended, ran.took), (Err(FlowError::Timeout { waiting_for: "a" }), ms(expected)));
        assert_eq!(outcome(&ran.record, "a"), ["Failed(TimedOut)"]);
    }
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_weak_branches_are_cut_off_and_merged() {
    let fork = Fork::<Trail>::all().strong("s", |_| after(10, 1)).weak("w", |_| hangs());
    let flow = Flow::<Trail>::define("F")
        .timeout(ms(50))
        .fork("fork", fork, |walk, (s, w), _| walk.go(format!("{s} {:?}", w.done())))
        .sync("puts together", |walk, turn| walk.go(format!("{:?} left", turn.remaining())));
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.took), (Ok(()), ms(50)));
    assert_eq!(ran.been, ["1 None", "0ns left"], "a step that never waits runs after the deadline");
    assert_eq!(ran.record.line(), "F 50.000ms; w failed: timed out");
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_a_strong_branch_a_race_or_the_next_step_that_waits_ends_the_flow() {
    let fork = Fork::<Trail>::all().strong("s", |_| hangs()).weak("w", |_| after(10, 1));
    let ran = walk(Flow::<Trail>::define("F").timeout(ms(50)).fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Timeout { waiting_for: "s" }), ms(50)));
    let fork = Fork::<Trail>::quorum(2).weak("a", |_| after(10, 1)).weak("b", |_| hangs());
    let ran = walk(Flow::<Trail>::define("F").timeout(ms(50)).fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Timeout { waiting_for: "fork" }), ms(50)));
    assert_eq!(outcome(&ran.record, "b"), ["Cancelled"]);
    let fork = Fork::<Trail>::all().weak("w", |_| hangs());
    let flow = Flow::<Trail>::define("F").timeout(ms(50)).fork("fork", fork, |walk, _, _| walk.go("merged"));
    let ran = walk(flow.step("next", Hangs)).await;
    assert_eq!((ran.ended, ran.been.len()), (Err(FlowError::Timeout { waiting_for: "next" }), 1));
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_ends_exactly_at_the_deadline_has_ended() {
    let fork = Fork::<Trail>::all().strong("s", |_| after(50, 1)).weak("w", |_| after(50, 2));
    let flow = Flow::<Trail>::define("F")
        .timeout(ms(50))
        .fork("fork", fork, |walk, (s, w), _| walk.go(format!("{s} {:?}", w.done())));
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.took, &ran.been[0][..]), (Ok(()), ms(50), "1 Some(2)"));
}

#[tokio::test(start_paused = true)]
async fn a_repeated_round_restarts_the_timeouts_of_its_branches() {
    let fork = Fork::<Trail>::all().weak("w", |_| hangs()).timeout(ms(20));
    let flow = Flow::<Trail>::define("F")
        .fork("fork", fork, |walk, _, turn| walk.go(format!("{:?}", turn.remaining())).map(|_| Next::Jump("fork")))
        .may_jump(Jump { to: "fork", at_most: 1, while_left: ms(1) });
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.been), (Ok(()), vec!["980ms".to_owned(), "960ms".to_owned()]));
}
