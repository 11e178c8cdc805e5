//! A million timeouts that leave no task: `cargo bench -p live-pack-engine --bench timeout_soak`, or `make bench`.
//!
//! Ten thousand engines with a hundred tasks that would hang forever, each with a timeout of 1 ms. Prints the live tokio
//! tasks and the resident memory before, after every tenth, and at the end; fails if a task is left.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail, and prints"
)]

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use live_pack_engine::{
    Context, Definition, Engine, Failure, Outcome, Plan, PlanConf, Scene, Stage, Subject, Task, TaskConf, TaskResult,
    named,
};
use tokio::{runtime::Handle, time::Instant};

const TASKS: usize = 100;
const ENGINES: u64 = 10_000;
const AT_ONCE: usize = 32;

struct Soak;

impl Scene for Soak {
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

static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| (0..TASKS).map(|n| &*format!("t{n}").leak()).collect());

struct Never<const A: usize, const B: usize>;

impl<const A: usize, const B: usize> Task<Soak> for Never<A, B> {
    type Output = Self;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Soak>, (): ()) -> TaskResult<Soak, Self> {
        std::future::pending().await
    }
}

struct Answer;

impl Task<Soak> for Answer {
    type Output = Self;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Soak>, (): ()) -> TaskResult<Soak, Self> {
        Ok(Self)
    }
}

macro_rules! ten {
    ($definition:expr, $a:literal) => {
        $definition
            .task(named(NAMES[$a * 10 + 0], Never::<$a, 0>))
            .task(named(NAMES[$a * 10 + 1], Never::<$a, 1>))
            .task(named(NAMES[$a * 10 + 2], Never::<$a, 2>))
            .task(named(NAMES[$a * 10 + 3], Never::<$a, 3>))
            .task(named(NAMES[$a * 10 + 4], Never::<$a, 4>))
            .task(named(NAMES[$a * 10 + 5], Never::<$a, 5>))
            .task(named(NAMES[$a * 10 + 6], Never::<$a, 6>))
            .task(named(NAMES[$a * 10 + 7], Never::<$a, 7>))
            .task(named(NAMES[$a * 10 + 8], Never::<$a, 8>))
            .task(named(NAMES[$a * 10 + 9], Never::<$a, 9>))
    };
}

fn plan() -> Plan<Soak, Answer> {
    let definition = Definition::<Soak>::new("Soak").task(Answer).answer::<Answer>();
    let definition = ten!(ten!(ten!(ten!(ten!(definition, 0), 1), 2), 3), 4);
    let definition = ten!(ten!(ten!(ten!(ten!(definition, 5), 6), 7), 8), 9);
    let limit = TaskConf { timeout: Some(Duration::from_millis(1)), ..TaskConf::default() };
    let tasks = NAMES.iter().map(|name| ((*name).to_owned(), limit.clone())).collect();
    let conf = PlanConf { tasks, timeout: Duration::from_secs(3), ..PlanConf::default() };
    Plan::compile(&definition, &conf).expect("a plan without faults")
}

/// Number of an engine's tasks that timed out.
async fn timeouts(plan: Plan<Soak, Answer>) -> u64 {
    let finished = Engine::new(&plan, Arc::new(())).run().await;
    assert!(finished.is_ok(), "{}", finished.record.line());
    finished.record.tasks().filter(|task| *task.outcome == Outcome::Failed(Failure::TimedOut)).count() as u64
}

/// Resident memory in MiB; Linux only, 0 elsewhere.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn tell(when: &str, timeouts: u64) {
    let alive = Handle::current().metrics().num_alive_tasks();
    println!("| {when} | {timeouts} | {alive} | {:.1} |", resident());
}

async fn soak() {
    let (plan, mut counted, start) = (plan(), 0, Instant::now());
    println!("| | timeouts | tasks alive | MiB resident |\n|---|---|---|---|");
    tell("before", 0);
    for tenth in 1..=10_u64 {
        let engines = stream::iter(0..ENGINES / 10).map(|_| timeouts(plan.clone())).buffer_unordered(AT_ONCE);
        counted += engines.fold(0, |sum, timeouts| async move { sum + timeouts }).await;
        if tenth < 10 {
            tell(&format!("{tenth}0 %"), counted);
        }
    }
    tell("after", counted);
    println!("\n{:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(counted, ENGINES * TASKS as u64);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0, "a task was left");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    runtime.expect("a runtime").block_on(soak());
}
