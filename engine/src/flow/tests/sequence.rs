//! Sequences: transitions, jumps and their limits, and steps that fail.

use super::*;

struct Sleeps(u64);

impl<'r> Step<Walk<'r>, TinyError> for Sleeps {
    async fn run(&self, walk: &mut Walk<'r>, turn: &mut Turn<'_>) -> Result<Next, TinyError> {
        let from = walk.start;
        sleep(ms(self.0)).await;
        walk.go(format!("{} from {from}, round {}", turn.step(), turn.round()))
    }
}

struct Panics(u64);

impl<'r> Step<Walk<'r>, TinyError> for Panics {
    async fn run(&self, _walk: &mut Walk<'r>, _turn: &mut Turn<'_>) -> Result<Next, TinyError> {
        sleep(ms(self.0)).await;
        panic!("told to")
    }
}

fn again(at_most: u32, while_left: u64) -> Jump {
    Jump { to: "a", at_most, while_left: ms(while_left) }
}

#[tokio::test(start_paused = true)]
async fn steps_run_in_order_over_a_context_that_borrows() {
    let flow = Flow::<Trail>::define("F").step("a", Sleeps(10)).sync("b", |walk, _| walk.go("b")).step("c", Sleeps(0));
    let ran = walk(flow).await;
    assert_eq!(ran.ended, Ok(()));
    assert_eq!(ran.been, ["a from home, round 1", "b", "c from home, round 1"]);
    assert_eq!(ran.took, ms(10));
    assert_eq!(ran.record.line(), "F 10.000ms");
    assert_eq!(ran.record.critical_path(), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_step_may_finish_the_flow() {
    let flow = Flow::<Trail>::define("F")
        .sync("a", |walk, _| walk.go("a").map(|_| Next::Finish))
        .sync("b", |walk, _| walk.go("b"));
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.been), (Ok(()), vec!["a".to_owned()]));
    assert_eq!(ran.record.steps().map(|step| step.taken).collect::<Vec<_>>(), [Some(Taken::Finished)]);
}

#[tokio::test(start_paused = true)]
async fn a_jump_is_taken_as_often_as_declared_and_then_refused() {
    let flow = Flow::<Trail>::define("F")
        .step("a", Sleeps(10))
        .sync("b", |_, _| Ok(Next::Jump("a")))
        .may_jump(again(2, 0))
        .sync("c", |walk, _| walk.go("c"));
    let ran = walk(flow).await;
    let rounds = ["a from home, round 1", "a from home, round 2", "a from home, round 3", "c"];
    assert_eq!((ran.ended, ran.been), (Ok(()), rounds.map(str::to_owned).to_vec()));
    let jumped = Some(Taken::Jumped { to: "a" });
    let taken: Vec<_> = ran.record.steps().filter(|step| step.name == "b").map(|step| step.taken).collect();
    assert_eq!(taken, [jumped, jumped, Some(Taken::Refused { to: "a", why: "too often" })]);
    let line = "F 30.000ms; b jumped to a; b (round 2) jumped to a; b (round 3) was refused the jump to a: too often";
    assert_eq!(ran.record.line(), line);
}

#[tokio::test(start_paused = true)]
async fn a_jump_is_refused_when_too_little_time_is_left() {
    let flow = |while_left| {
        let flow =
            Flow::<Trail>::define("F").timeout(ms(100)).step("a", Sleeps(40)).sync("b", |_, _| Ok(Next::Jump("a")));
        flow.may_jump(again(9, while_left))
    };
    let taken = |ran: &Ran| ran.record.steps().last().unwrap().taken;
    let ran = walk(flow(60)).await;
    assert_eq!((ran.took, taken(&ran)), (ms(80), Some(Taken::Refused { to: "a", why: "too little time" })));
    let ran = walk(flow(61)).await;
    assert_eq!((ran.took, taken(&ran)), (ms(40), Some(Taken::Refused { to: "a", why: "too little time" })));
}

#[tokio::test(start_paused = true)]
async fn a_jump_forward_skips_the_steps_between() {
    let flow = Flow::<Trail>::define("F")
        .sync("a", |_, _| Ok(Next::Jump("c")))
        .may_jump(Jump { to: "c", at_most: 1, while_left: ms(0) })
        .sync("b", |walk, _| walk.go("b"))
        .sync("c", |walk, _| walk.go("c"));
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.been), (Ok(()), vec!["c".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn an_undeclared_jump_is_a_fault_of_the_step() {
    let flow = Flow::<Trail>::define("F").sync("a", |_, _| Ok(Next::Next)).sync("b", |_, _| Ok(Next::Jump("a")));
    assert_eq!(walk(flow).await.ended, Err(FlowError::Undeclared { at: "b", to: "a" }));
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_ends_the_flow_with_its_error() {
    let flow =
        Flow::<Trail>::define("F").step("a", Sleeps(10)).sync("b", |_, _| Err(ERROR)).sync("c", |walk, _| walk.go("c"));
    let ran = walk(flow).await;
    assert_eq!(ran.ended, Err(FlowError::Failed { at: "b", error: ERROR }));
    assert_eq!(ran.been.len(), 1, "the effects of earlier steps remain");
    assert_eq!(ran.record.line(), "F 10.000ms; b failed: no");
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_flow_before_an_await_after_one_and_without_any() {
    let steps = [0, 5].map(|delay| Flow::<Trail>::define("F").step("a", Panics(delay)));
    for flow in steps.into_iter().chain([Flow::<Trail>::define("F").sync("a", |_, _| panic!("told to"))]) {
        let ran = walk(flow).await;
        assert_eq!(ran.ended, Err(FlowError::Panicked { at: "a" }));
        assert_eq!(outcome(&ran.record, "a"), ["Failed(Panicked)"]);
    }
}
