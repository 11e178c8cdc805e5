//! All faults of a flow are reported when it is built.

use super::*;
use crate::{NeedRun, test_util::fault_lines};

fn faults(flow: FlowDefinition<Trail>) -> Vec<String> {
    fault_lines(&flow.build().expect_err("it has faults"))
}

fn step(walk: &mut Walk<'_>, _: &mut Turn<'_>) -> Result<Next, TinyError> {
    walk.go("")
}

fn jump(to: &'static str, at_most: u32) -> Jump {
    Jump { to, at_most, while_left: ms(0) }
}

#[test]
fn all_faults_are_reported_not_only_the_first() {
    let fork = Fork::<Trail>::quorum(3)
        .weak("b", |_| hangs())
        .timeout(ms(60))
        .strong("c", |_| hangs())
        .timeout(ms(0))
        .need_run(|_| NeedRun::Run);
    let flow = Flow::<Trail>::define("F")
        .timeout(ms(50))
        .sync("a", step)
        .may_jump(jump("nowhere", 1))
        .may_jump(jump("fork", 0))
        .may_jump(jump("b", 1))
        .fork("fork", fork, |walk, _, _| walk.go(""))
        .may_jump(jump("a", 1))
        .may_jump(jump("a", 2))
        .sync("b", step)
        .sync("", step);
    let expected = [
        "F: b: is the name of two steps or branches",
        "F: has a step or a branch without a name",
        "F: b: timeout 60ms is above the flow's 50ms",
        "F: c: timeout must be more than 0ms",
        "F: fork: quorum must be 1 to its 2 branches, found 3",
        "F: c: is strong and cannot have a condition: the merge needs its value",
        "F: a: jumps to \"nowhere\", which is not a step of this sequence; known: a, fork, b, ",
        "F: a: jumps to \"fork\" at most 0 times; at least 1",
        "F: fork: declares the jump to \"a\" twice",
    ];
    assert_eq!(faults(flow), expected);
}

#[test]
fn a_branch_is_not_a_jump_target_and_a_flow_needs_steps_and_time() {
    let fork = Fork::<Trail>::all().weak("branch", |_| hangs());
    let flow = Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("")).may_jump(jump("branch", 1));
    assert_eq!(faults(flow), ["F: fork: jumps to \"branch\", which is not a step of this sequence; known: fork"]);
    let nothing = Flow::<Trail>::define("F").timeout(ms(0)).may_jump(jump("a", 1));
    let expected = ["F: has no steps", "F: timeout must be more than 0ms", "F: has a jump to \"a\" before any step"];
    assert_eq!(faults(nothing), expected);
}
