//! Branches whose number is known only at run time.

use super::*;
use crate::{Failure, test_util::fault_lines};

/// A branch for each letter of the start; the n-th takes n milliseconds.
fn letters(walk: &Walk<'_>) -> Vec<(Arc<str>, impl Future<Output = Result<u32, TinyError>> + Send + use<>)> {
    let letters = walk.start.chars().map(|letter| Arc::from(letter.to_string()));
    letters
        .zip(1_u64..)
        .map(|(letter, place): (Arc<str>, u64)| {
            let fails = &*letter == "m";
            (letter, async move { if fails { fails_after(place).await } else { after(place, 1).await } })
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_number_of_branches_is_that_of_the_run_and_the_merge_sees_each() {
    let fork = Fork::<Trail>::all().each("letter", letters);
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, letters, _| {
        walk.go(letters.iter().map(|(letter, outcome)| format!("{letter} {outcome:?}")).collect::<Vec<_>>().join(", "))
    }))
    .await;
    assert_eq!((ran.ended, ran.took), (Ok(()), ms(4)), "concurrently");
    assert_eq!(ran.been, ["h Done(1), o Done(1), m Failed(Error(TinyError(\"no\"))), e Done(1)"]);
    assert_eq!(ran.record.line(), "F 4.000ms; letter m failed: no");
    assert_eq!(outcome(&ran.record, "letter").len(), 4);
    let json = ran.record.to_json();
    assert_eq!((&json["steps"][0]["branches"][3]["label"], &json["steps"][0]["step"]), (&"e".into(), &"fork".into()));
    assert!(ran.record.to_mermaid().contains("letter<br/>e: 4.000 ms"), "{}", ran.record.to_mermaid());
}

#[tokio::test(start_paused = true)]
async fn a_strong_one_that_fails_ends_the_flow_and_cancels_the_others() {
    let fork = Fork::<Trail>::all().each_strong("letter", letters);
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Failed { at: "letter", error: ERROR }), ms(3)));
    assert_eq!(ran.record.line(), "F 3.000ms; fork failed: letter failed; letter m failed: no; letter e cancelled");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_applies_to_each_and_a_quorum_counts_those_of_the_run() {
    let fork = || Fork::<Trail>::all().each("letter", letters).timeout(ms(3));
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork(), |walk, letters, _| {
        let late = letters.iter().filter(|(_, outcome)| *outcome == BranchOutcome::Failed(Failure::TimedOut));
        walk.go(format!("{} late", late.count()))
    }))
    .await;
    assert_eq!((ran.ended, ran.took, &ran.been[0][..]), (Ok(()), ms(3), "1 late"));
    let quorum = |wanted| Fork::<Trail>::quorum(wanted).each("letter", letters);
    let ran = walk(Flow::<Trail>::define("F").fork("fork", quorum(2), |walk, _, _| walk.go(""))).await;
    assert_eq!((ran.ended, ran.took), (Ok(()), ms(2)));
    let ran = walk(Flow::<Trail>::define("F").fork("fork", quorum(4), |walk, _, _| walk.go(""))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::NoQuorum { at: "fork", wanted: 4, done: 2 }), ms(3)));
}

#[tokio::test(start_paused = true)]
async fn no_branches_are_merged_at_once_and_a_panic_ends_the_flow() {
    let none = |_: &Walk<'_>| Vec::<(Arc<str>, std::future::Ready<Result<u32, TinyError>>)>::new();
    let flow = |join: Fork<Trail>| {
        Flow::<Trail>::define("F")
            .fork("fork", join.each("none", none), |walk, none, _| walk.go(none.len().to_string()))
    };
    let ran = walk(flow(Fork::all())).await;
    assert_eq!((ran.ended, ran.been[0].as_str(), ran.record.steps().count()), (Ok(()), "0", 1));
    let panics = |walk: &Walk<'_>| if walk.start == "home" { panic!("told to") } else { letters(walk) };
    let fork = Fork::<Trail>::all().each("letter", panics);
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
    assert_eq!(ran.ended, Err(FlowError::Panicked { at: "letter" }));
}

#[test]
fn a_condition_is_not_allowed() {
    let fork = Fork::<Trail>::all().each("letter", letters).need_run(|_| crate::NeedRun::Run);
    let flow = Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go(""));
    let text = "has a condition: a fork of each makes fewer branches instead";
    assert_eq!(fault_lines(&flow.build().unwrap_err()), [format!("F: letter: {text}")]);
}

#[tokio::test(start_paused = true)]
async fn configuration_switches_all_of_them_off() {
    let fork = Fork::<Trail>::all().each("letter", letters);
    let flow = Flow::<Trail>::define("F").fork("fork", fork, |walk, letters, _| walk.go(letters.len().to_string()));
    let off = BranchConf { enabled: Some(false), ..BranchConf::default() };
    let flow = flow.build_with(&[("letter".to_owned(), off)].into()).unwrap();
    let mut walk = Walk { start: "home", been: Vec::new() };
    let (ended, _) = in_time(flow.run(&mut walk, Instant::now() + ms(1_000))).await;
    assert_eq!((ended, walk.been), (Ok(()), vec!["0".to_owned()]));
    assert!(
        flow.explain().contains("     letter [weak, switched off, as many as the run has]\n"),
        "{}",
        flow.explain()
    );
}
