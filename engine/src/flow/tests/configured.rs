//! Branches changed by configuration, and branches with a type of their own.

use std::pin::Pin;

use super::*;
use crate::{NeedRun, Strength, test_util::fault_lines};

/// A branch that returns its number or fails, and notes its outcome in the context.
struct Notes(Result<u32, TinyError>);

impl Branch<Trail> for Notes {
    type Work = Pin<Box<dyn Future<Output = Result<u32, TinyError>> + Send>>;
    type Value = u32;
    type Error = TinyError;
    type Seen = Option<u32>;
    const MAY_BE_STRONG: bool = true;

    fn begin(&self, _walk: &Walk<'_>) -> Self::Work {
        let result = self.0.clone();
        Box::pin(async move { result })
    }

    fn seen(name: &'static str, outcome: BranchOutcome<u32, TinyError>, walk: &mut Walk<'_>) -> Option<Option<u32>> {
        walk.been.push(format!("{name} {outcome:?}"));
        Some(outcome.done())
    }

    fn fatal(error: TinyError) -> Option<TinyError> {
        Some(error)
    }
}

fn flow() -> FlowDefinition<Trail> {
    let fork = Fork::<Trail>::all()
        .branch("a", Strength::Strong, Notes(Ok(1)))
        .branch("b", Strength::Weak, Notes(Ok(2)))
        .branch("c", Strength::Weak, Notes(Err(ERROR)))
        .need_run(|_| NeedRun::Run)
        .weak("d", |_| after(0, 4));
    Flow::define("F").fork("fork", fork, |walk, (a, b, c, d), _| walk.go(format!("{a:?} {b:?} {c:?} {:?}", d.done())))
}

async fn with(conf: &[(&str, BranchConf)]) -> (Result<(), FlowErrorOf<Trail>>, Vec<String>) {
    let flow =
        flow().build_with(&conf.iter().map(|(name, conf)| ((*name).to_owned(), conf.clone())).collect()).unwrap();
    let mut walk = Walk::default();
    let (ended, _) = in_time(flow.run(&mut walk, Instant::now() + ms(1_000))).await;
    (ended, walk.been)
}

fn faults(name: &str, conf: BranchConf) -> Vec<String> {
    fault_lines(&flow().build_with(&[(name.to_owned(), conf)].into()).unwrap_err())
}

fn off() -> BranchConf {
    BranchConf { enabled: Some(false), ..BranchConf::default() }
}

fn as_strong() -> BranchConf {
    BranchConf { strength: Some(Strength::Strong), ..BranchConf::default() }
}

#[tokio::test(start_paused = true)]
async fn a_branch_may_note_its_outcome_in_the_context_in_declared_order() {
    let (ended, been) = with(&[]).await;
    assert_eq!(ended, Ok(()));
    assert_eq!(been, ["a Done(1)", "b Done(2)", "c Failed(Error(TinyError(\"no\")))", "Some(1) Some(2) None Some(4)"]);
}

#[tokio::test(start_paused = true)]
async fn a_weak_branch_that_is_switched_off_is_skipped() {
    let (ended, been) = with(&[("b", off()), ("d", off())]).await;
    assert_eq!(ended, Ok(()));
    assert_eq!((&been[1][..], &been[3][..]), ("b Skipped(SwitchedOff)", "Some(1) None None None"));
}

#[tokio::test(start_paused = true)]
async fn a_weak_branch_that_is_made_strong_ends_the_flow_when_it_fails() {
    assert_eq!(with(&[("b", as_strong())]).await.0, Ok(()), "it does not fail");
    let (ended, been) = with(&[("c", as_strong())]).await;
    assert_eq!((ended, been.len()), (Err(FlowError::Failed { at: "c", error: ERROR }), 0));
}

#[test]
fn configuration_cannot_remove_or_weaken_a_branch_that_the_merge_needs() {
    let weak = BranchConf { strength: Some(Strength::Weak), ..BranchConf::default() };
    let both = BranchConf { enabled: Some(false), ..as_strong() };
    for (name, conf, text) in [
        ("a", off(), "a: is strong and cannot be switched off"),
        ("a", weak, "a: is strong and cannot be made weak: the merge needs its value"),
        ("b", both, "b: is strong and cannot be switched off"),
        ("d", as_strong(), "d: cannot be made strong: its error is not one of the flow"),
        ("e", off(), "e: is not a branch of this flow; known: a, b, c, d"),
    ] {
        assert_eq!(faults(name, conf), [format!("F: {text}")]);
    }
}

#[test]
fn explain_shows_the_configuration_of_a_branch() {
    let origins = [("enabled", "engines[3] (*/B)".to_owned())].into();
    let conf = [("b".to_owned(), BranchConf { origins, ..off() }), ("c".to_owned(), as_strong())].into();
    let flow = flow().build_with(&conf).unwrap();
    let text = flow.explain();
    assert!(text.contains("     b [weak, switched off, engines[3] (*/B)]\n     c [strong, if needed]\n"), "{text}");
    let b = &flow.explain_json()["steps"][0]["branches"][1];
    assert_eq!(b["enabled"], serde_json::json!({ "value": false, "from": "engines[3] (*/B)" }));
}
