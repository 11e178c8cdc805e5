//! Forks: strong and weak branches, joins, cancelled branches, panics.

use super::*;
use crate::{
    Definition, Engine, NeedRun, PlanConf, SkipReason, Stage,
    test_util::{Fake, Recorder, Tiny, plan},
};

#[derive(Debug, Clone, PartialEq)]
struct Answer(u32);

type Outcome = BranchOutcome<u32, TinyError>;

#[tokio::test(start_paused = true)]
async fn a_merge_sees_every_branch_in_declared_order_whatever_their_outcomes() {
    let flow = Flow::<Trail>::define("F").fork(
        "fork",
        Fork::<Trail>::all()
            .weak("slow", |_| after(30, 1))
            .strong("strong", |walk| {
                let own = walk.start.to_owned();
                async move { Ok::<_, TinyError>(own) }
            })
            .weak("fails", |_| fails_after(10))
            .weak("panics", |_| panics_after(10))
            .weak("limited", |_| hangs())
            .timeout(ms(20))
            .weak("left out", |_| after(0, 9))
            .need_run(|walk| if walk.start.is_empty() { NeedRun::Run } else { NeedRun::Skip("not_empty") })
            .weak("never begun", |walk| if walk.start == "home" { panic!("told to") } else { after(0, 9) }),
        |walk, (slow, strong, fails, panics, limited, left_out, never), _| {
            assert_eq!(
                (slow, strong.as_str(), fails),
                (Outcome::Done(1), "home", Outcome::Failed(crate::Failure::Error(ERROR)))
            );
            assert_eq!(
                (panics, limited),
                (Outcome::Failed(crate::Failure::Panicked), Outcome::Failed(crate::Failure::TimedOut))
            );
            assert_eq!(left_out, Outcome::Skipped(SkipReason::NotNeeded("not_empty")));
            assert_eq!(never, Outcome::Failed(crate::Failure::Panicked));
            walk.go("merged")
        },
    );
    let ran = walk(flow).await;
    assert_eq!((ran.ended, ran.been, ran.took), (Ok(()), vec!["merged".to_owned()], ms(30)));
    assert_eq!(
        ran.record.line(),
        "F 30.000ms; fails failed: no; panics failed: panicked; limited failed: timed out; \
         left out skipped: not needed: not_empty; never begun failed: panicked"
    );
    assert_eq!(ran.record.critical_path(), ["slow", "fork"]);
}

#[tokio::test(start_paused = true)]
async fn a_strong_branch_that_fails_ends_the_flow_at_once() {
    let ends: [(Fork<Trail, _, _>, FlowErrorOf<Trail>); 1] = [(
        Fork::<Trail>::all().weak("w", |_| hangs()).strong("s", |_| fails_after(10)),
        FlowError::Failed { at: "s", error: ERROR },
    )];
    for (fork, error) in ends {
        let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
        assert_eq!((ran.ended, ran.took, ran.been.len()), (Err(error), ms(10), 0));
        assert_eq!(outcome(&ran.record, "w"), ["Cancelled"]);
        assert_eq!(ran.record.line(), "F 10.000ms; fork failed: s failed; w cancelled; s failed: no");
    }
    let panics = Fork::<Trail>::all().strong("s", |_| panics_after(10)).weak("w", |_| after(50, 1));
    let ran = walk(Flow::<Trail>::define("F").fork("fork", panics, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::Panicked { at: "s" }), ms(10)));
    let late = Fork::<Trail>::all().strong("s", |_| hangs()).timeout(ms(20)).weak("w", |_| after(50, 1));
    let ran = walk(Flow::<Trail>::define("F").fork("fork", late, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::TimedOut { at: "s" }), ms(20)));
}

#[tokio::test(start_paused = true)]
async fn the_first_that_is_done_wins_and_the_others_are_cancelled() {
    let fork = Fork::<Trail>::first()
        .weak("fails", |_| fails_after(5))
        .weak("slow", |_| after(30, 1))
        .strong("quick", |_| after(20, 2))
        .weak("as quick", |_| after(20, 3));
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, (fails, slow, quick, as_quick), _| {
        assert_eq!(fails, Outcome::Failed(crate::Failure::Error(ERROR)));
        assert_eq!((slow, quick, as_quick), (Outcome::Cancelled, Outcome::Done(2), Outcome::Cancelled));
        walk.go("merged")
    }))
    .await;
    assert_eq!((ran.ended, ran.took, ran.been.len()), (Ok(()), ms(20), 1));
}

#[tokio::test(start_paused = true)]
async fn a_quorum_waits_for_its_number_and_ends_the_flow_when_it_cannot_be_met() {
    let fork = |last: u64| {
        Fork::<Trail>::quorum(2)
            .weak("a", |_| after(10, 1))
            .weak("b", |_| fails_after(20))
            .weak("c", move |_| async move { if last == 0 { fails_after(30).await } else { after(last, 3).await } })
    };
    let flow = |last| {
        Flow::<Trail>::define("F").fork("fork", fork(last), |walk, (a, b, c), _| walk.go(format!("{a:?} {b:?} {c:?}")))
    };
    let ran = walk(flow(40)).await;
    assert_eq!(
        (ran.ended, ran.took, &ran.been[0][..]),
        (Ok(()), ms(40), "Done(1) Failed(Error(TinyError(\"no\"))) Done(3)")
    );
    let ran = walk(flow(0)).await;
    assert_eq!((ran.ended, ran.took), (Err(FlowError::NoQuorum { at: "fork", wanted: 2, done: 1 }), ms(30)));
    assert_eq!(
        ran.record.line(),
        "F 30.000ms; fork failed: fork joins on 2 branches, only 1 succeeded; b failed: no; c failed: no"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_engine_is_gone_when_the_flow_ends() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, u8>::hang("One").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::<_, u16>::hang("Two").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::<_, u32>::hang("Three").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::value("End", Answer(1)))
        .answer::<Answer>();
    let plan = plan(&definition, &PlanConf::default());
    let fork = Fork::<Trail>::first()
        .weak("E", move |_| Engine::new(&plan, Arc::default()).answer())
        .weak("quick", |_| after(10, 1));
    let ran = walk(
        Flow::<Trail>::define("F")
            .fork("fork", fork, |walk, (engine, _), _| walk.go(format!("{}", engine.done().is_none()))),
    )
    .await;
    assert_eq!((ran.ended, ran.took, &ran.been[0][..]), (Ok(()), ms(10), "true"));
    assert_eq!((recorder.started().len(), recorder.alive().len()), (3, 0), "two of them had tokio tasks of their own");
}

#[tokio::test(start_paused = true)]
async fn a_branch_is_polled_only_when_it_was_woken_itself() {
    let polls = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = Arc::clone(&polls);
    let fork = Fork::<Trail>::all()
        .weak("counts", move |_| {
            let (counted, mut work) = (Arc::clone(&counted), Box::pin(after(100, 1)));
            std::future::poll_fn(move |cx| {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                work.as_mut().poll(cx)
            })
        })
        .weak("ticks", |_| async {
            for _ in 0..50 {
                sleep(ms(1)).await;
            }
            Ok::<_, TinyError>(())
        });
    let ran = walk(Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("merged"))).await;
    assert_eq!((ran.ended, ran.took), (Ok(()), ms(100)));
    assert_eq!(polls.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_is_dropped_leaves_nothing_running() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, u8>::hang("One").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::<_, u16>::hang("Two").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::value("End", Answer(1)))
        .answer::<Answer>();
    let plan = plan(&definition, &PlanConf::default());
    let fork = Fork::<Trail>::all().weak("E", move |_| Engine::new(&plan, Arc::default()).answer());
    let flow = Flow::<Trail>::define("F").fork("fork", fork, |walk, _, _| walk.go("merged")).build().unwrap();
    let mut cx = Walk::default();
    let run = flow.run(&mut cx, Instant::now() + ms(400));
    assert!(tokio::time::timeout(ms(10), run).await.is_err());
    tokio::task::yield_now().await;
    assert_eq!((recorder.started().len(), recorder.alive().len()), (2, 0));
}

/// Completed by another thread at an arbitrary time.
async fn from_elsewhere(value: u32) -> Result<u32, TinyError> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let mut elsewhere = tokio::task::JoinSet::new();
    elsewhere.spawn(async move {
        tokio::task::yield_now().await;
        // the branch is gone if another branch has won
        let _ = answer.send(value);
    });
    answered.await.map_err(|_| ERROR)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_wake_up_from_another_thread_is_lost() {
    let all = Fork::<Trail>::all()
        .strong("a", |_| from_elsewhere(1))
        .weak("b", |_| from_elsewhere(2))
        .weak("c", |_| from_elsewhere(3))
        .weak("d", |_| from_elsewhere(4));
    let first = Fork::<Trail>::first().weak("e", |_| from_elsewhere(5)).weak("f", |_| from_elsewhere(6));
    let flow = Flow::<Trail>::define("F")
        .fork("all", all, |walk, (a, b, c, d), _| {
            walk.go(format!("{}", a + [b, c, d].map(|b| b.done().unwrap()).iter().sum::<u32>()))
        })
        .fork("first", first, |walk, (e, f), _| walk.go(format!("{}", e.done().is_some() != f.done().is_some())))
        .build()
        .unwrap();
    let flow = Arc::new(flow);
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let flow = Arc::clone(&flow);
        requests.spawn(async move {
            for _ in 0..200 {
                let mut walk = Walk::default();
                let (ended, _) = in_time(flow.run(&mut walk, Instant::now() + ms(60_000))).await;
                assert_eq!((ended, walk.been.join(" ").as_str()), (Ok(()), "10 true"));
            }
        });
    }
    requests.join_all().await;
}
