//! Allocations per request: a future and an output for each task that may wait, only an output for each task that never
//! does; a flow: its record, its fork, and one waker per branch.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::sync::Arc;

use live_pack_engine::{
    Context, Definition, Engine, IfWritten, NeedRun, Plan, PlanConf, Scene, Stage, Subject, Task, TaskResult,
    flow::{self, Business, Flow, Fork, Next},
    named,
};

struct Plain;

impl Scene for Plain {
    type Request = ();
    type Item = ();
    type Stop = ();
    type Error = std::fmt::Error;

    fn subject((): &()) -> Subject<'_> {
        Subject { key: 0, region: "", app_version: 0 }
    }

    fn item_id((): &()) -> i64 {
        0
    }
}

struct Left<const N: usize>(#[expect(dead_code, reason = "a datum has a size")] u64);
struct MayWait<const N: usize>;
struct NeverWaits<const N: usize>;

const NAMES: [&str; 16] =
    ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12", "t13", "t14", "t15"];

impl<const N: usize> Task<Plain> for MayWait<N> {
    type Output = Left<N>;
    type Input<'a> = IfWritten<'a, u8>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Plain>, _: IfWritten<'_, u8>) -> TaskResult<Plain, Left<N>> {
        Ok(Left(1))
    }
}

impl<const N: usize> Task<Plain> for NeverWaits<N> {
    type Output = Left<N>;
    type Input<'a> = IfWritten<'a, u8>;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Plain>, _: IfWritten<'_, u8>) -> TaskResult<Plain, Left<N>> {
        Ok(Left(1))
    }
}

macro_rules! plan {
    ($task:ident $($n:literal)*) => {{
        let definition = Definition::<Plain>::new("E")$(.task(named(NAMES[$n], $task::<$n>)))*;
        Plan::compile(&definition.answer::<Left<0>>(), &PlanConf::default()).unwrap()
    }};
}

/// The allocations of one request, after one warm-up request.
fn allocations(plan: &Plan<Plain, Left<0>>) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let request = Arc::new(());
    let run = || {
        let engine = Engine::new(plan, Arc::clone(&request));
        runtime.block_on(async { assert!(engine.run().await.into_answer().0.is_ok()) });
    };
    run();
    allocation_counter::measure(run).count_total
}

#[test]
fn a_task_that_never_waits_allocates_its_output_and_nothing_else() {
    let few = allocations(&plan!(NeverWaits 0 1 2 3 4 5 6 7));
    let many = allocations(&plan!(NeverWaits 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15));
    assert_eq!(many - few, 8, "one for each of the eight additional tasks");
    assert!(few <= 8 + 6, "an engine of eight allocates {few} times");
}

#[test]
fn a_task_that_may_wait_allocates_its_future_and_its_output() {
    let few = allocations(&plan!(MayWait 0 1 2 3 4 5 6 7));
    let many = allocations(&plan!(MayWait 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15));
    assert_eq!(many - few, 16, "two for each of the eight additional tasks");
    assert!(few <= 16 + 6, "an engine of eight allocates {few} times");
}

struct Sum;

impl Business for Sum {
    type Context<'r> = u64;
    type Error = std::fmt::Error;
}

#[test]
fn a_flow_allocates_its_record_its_fork_and_a_waker_for_each_branch_that_runs() {
    let ready = |value: u64| async move { Ok::<_, std::fmt::Error>(value) };
    let fork = Fork::<Sum>::all()
        .strong("a", move |_| ready(1))
        .weak("b", move |_| ready(2))
        .weak("c", move |_| ready(3))
        .weak("d", move |_| ready(4))
        .need_run(|_| NeedRun::Skip("why"));
    let flow = Flow::<Sum>::define("F")
        .sync("before", |_, _| Ok(Next::Next))
        .fork("fork", fork, |sum, (a, b, c, d), _| {
            *sum = a + [b, c, d].into_iter().filter_map(flow::BranchOutcome::done).sum::<u64>();
            Ok(Next::Next)
        })
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let run = || {
        let mut sum = 0;
        let until = || tokio::time::Instant::now() + std::time::Duration::from_secs(1);
        runtime.block_on(async { assert!(flow.run(&mut sum, until()).await.0.is_ok()) });
        assert_eq!(sum, 6);
    };
    run();
    assert_eq!(allocation_counter::measure(run).count_total, 1 + 1 + 3);
}
