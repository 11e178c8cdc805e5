//! What the engine costs beside code written by hand: `cargo bench -p live-pack-engine --bench engine_overhead`.
//!
//! Last result, two cores shared with other builds (load 5), engine beside `JoinSet`, bodies that yield once:
//! chain of 32: 9.3 µs / 58.8 µs; 32 independent: 44.1 / 54.8; diamond: 1.8 / 7.3; 8 x 8 layers: 66.7 / 70.0;
//! fan-out 100: 96.7 / 128.6; page of 38: 34.5 / 42.3. A task that never waits: 159 to 191 ns; 102 to 143 at load 2 to 3.
//! Allocations are counted by `tests/allocations.rs`: an allocator of our own would need unsafe code, which is forbidden.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark may fail"
)]

use std::{
    future::Future,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use live_pack_engine::{
    Context, Definition, Engine, Mode, Plan, PlanConf, Reads, Scene, Stage, Subject, SyncTask, Task, TaskResult,
};
use tokio::{runtime::Runtime, task::JoinSet};

/// A scene without a list.
struct Bench;

impl Scene for Bench {
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

const EMPTY: u8 = 0;
const YIELDS: u8 = 1;
const MILLISECOND: u8 = 2;
const SYNC: u8 = 3;

/// What every task does, here and by hand.
async fn work<const BODY: u8>(number: u64) -> u64 {
    match BODY {
        YIELDS => tokio::task::yield_now().await,
        MILLISECOND => tokio::time::sleep(Duration::from_millis(1)).await,
        _ => {}
    }
    black_box(number)
}

struct Left<const N: usize>(#[expect(dead_code, reason = "a datum has a size")] u64);
struct Node<const N: usize, const BODY: u8>(Reads);
struct Answer;

/// Numbers from 100 are the tasks of a page of 38, the others stand in one stage.
const fn stage(number: usize) -> Stage {
    match number {
        100..106 => Stage::Providers,
        106..110 => Stage::Filters,
        110..112 => Stage::Sorters,
        132..138 => Stage::Converters,
        _ => Stage::Loaders,
    }
}

impl<const N: usize, const BODY: u8> Task<Bench> for Node<N, BODY> {
    type Output = Left<N>;
    const STAGE: Stage = stage(N);

    fn name(&self) -> &'static str {
        NAMES[N]
    }

    fn reads(&self) -> Reads {
        self.0.clone()
    }

    async fn run(&self, _cx: &Context<Bench>) -> TaskResult<Bench, Left<N>> {
        Ok(Left(work::<BODY>(N as u64).await))
    }
}

struct NeverWaits<const N: usize>(Reads);

impl<const N: usize> SyncTask<Bench> for NeverWaits<N> {
    type Output = Left<N>;
    const STAGE: Stage = stage(N);

    fn name(&self) -> &'static str {
        NAMES[N]
    }

    fn reads(&self) -> Reads {
        self.0.clone()
    }

    fn run(&self, _cx: &Context<Bench>) -> TaskResult<Bench, Left<N>> {
        Ok(Left(black_box(N as u64)))
    }
}

impl SyncTask<Bench> for Answer {
    type Output = Self;
    const STAGE: Stage = Stage::Converters;

    fn run(&self, _cx: &Context<Bench>) -> TaskResult<Bench, Self> {
        Ok(Self)
    }
}

macro_rules! numbered {
    ($($n:literal)*) => {
        const NAMES: &[&str] = &[$(concat!("t", $n)),*];

        fn need(reads: Reads, number: usize) -> Reads {
            match number {
                $($n => reads.need::<Left<$n>>(),)*
                _ => reads,
            }
        }

        fn add(definition: Definition<Bench>, body: u8, number: usize, reads: Reads) -> Definition<Bench> {
            match (number, body) {
                $(($n, EMPTY) => definition.task(Node::<$n, EMPTY>(reads)),
                ($n, YIELDS) => definition.task(Node::<$n, YIELDS>(reads)),
                ($n, MILLISECOND) => definition.task(Node::<$n, MILLISECOND>(reads)),
                ($n, _) => definition.sync(NeverWaits::<$n>(reads)),)*
                _ => definition,
            }
        }
    };
}

numbered! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40
    41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77
    78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110
    111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137
}

/// Which tasks there are, by layer; a task needs those of `needs`.
struct Shape {
    name: &'static str,
    layers: Vec<Vec<usize>>,
    needs: fn(usize) -> Vec<usize>,
}

fn shapes() -> [Shape; 6] {
    let none = |_: usize| Vec::new();
    let page = [100..106, 106..110, 110..112, 112..132, 132..138].map(|stage| stage.collect()).to_vec();
    [
        Shape {
            name: "chain of 32",
            layers: (0..32).map(|number| vec![number]).collect(),
            needs: |number| number.checked_sub(1).into_iter().collect(),
        },
        Shape { name: "32 independent", layers: vec![(0..32).collect()], needs: none },
        Shape {
            name: "diamond",
            layers: vec![vec![0], vec![1, 2], vec![3]],
            needs: |number| [vec![], vec![0], vec![0], vec![1, 2]].into_iter().nth(number).unwrap_or_default(),
        },
        Shape {
            name: "8 x 8 layers",
            layers: (0..8).map(|layer| (layer * 8..layer * 8 + 8).collect()).collect(),
            needs: |number| (number / 8 * 8).checked_sub(8).map_or(vec![], |first| (first..first + 8).collect()),
        },
        Shape {
            name: "fan-out 100",
            layers: vec![vec![0], (1..100).collect()],
            needs: |number| if number == 0 { vec![] } else { vec![0] },
        },
        Shape {
            name: "page of 38",
            layers: page,
            needs: |number| match number {
                112..132 => vec![100 + number % 6],
                132..138 => (0..4).map(|nth| 112 + (number * 7 + nth * 5) % 20).collect(),
                _ => vec![],
            },
        },
    ]
}

impl Shape {
    fn tasks(&self) -> u64 {
        self.layers.iter().map(Vec::len).sum::<usize>() as u64
    }

    fn plan(&self, body: u8) -> Arc<Plan<Bench>> {
        let definition = self.layers.iter().flatten().fold(Definition::new("Bench"), |definition, &number| {
            add(definition, body, number, (self.needs)(number).into_iter().fold(Reads::none(), need))
        });
        let mode = if self.name == "page of 38" { Mode::Staged } else { Mode::Dag };
        let conf = PlanConf { mode, ..PlanConf::default() };
        Arc::new(Plan::compile(&definition.sync(Answer).answer::<Answer>(), &conf).expect("a plan without faults"))
    }
}

async fn engine(plan: &Arc<Plan<Bench>>) {
    let finished = Engine::new(Arc::clone(plan), Arc::new(())).run().await;
    assert!(black_box(finished.into_answer::<Answer>()).0.is_ok());
}

/// Layer by layer, each task on a tokio task of its own; no record, no deadline, no guard, no typed data.
async fn by_join_set<const BODY: u8>(layers: &[Vec<usize>]) {
    for layer in layers {
        let mut set = JoinSet::new();
        for &number in layer {
            set.spawn(work::<BODY>(number as u64));
        }
        while let Some(result) = set.join_next().await {
            black_box(result.expect("it does not panic"));
        }
    }
}

/// Layer by layer, polled in place.
async fn by_join_all<const BODY: u8>(layers: &[Vec<usize>]) {
    for layer in layers {
        black_box(join_all(layer.iter().map(|&number| work::<BODY>(number as u64))).await);
    }
}

/// Measures on a worker thread, where a request is served.
fn on_worker<F, Fut>(runtime: &Runtime, iterations: u64, run: F) -> Duration
where
    F: Fn() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let measured = runtime.spawn(async move {
        let start = Instant::now();
        for _ in 0..iterations {
            run().await;
        }
        start.elapsed()
    });
    runtime.block_on(measured).expect("it does not panic")
}

fn measure<const BODY: u8>(criterion: &mut Criterion, runtime: &Runtime, body: &str, by_hand: bool) {
    for shape in shapes() {
        let mut group = criterion.benchmark_group(format!("{body}/{}", shape.name));
        group.throughput(Throughput::Elements(shape.tasks()));
        let (plan, layers) = (shape.plan(BODY), Arc::new(shape.layers));
        group.bench_function(BenchmarkId::from_parameter("engine"), |bencher| {
            bencher.iter_custom(|iterations| {
                let plan = Arc::clone(&plan);
                on_worker(runtime, iterations, move || {
                    let plan = Arc::clone(&plan);
                    async move { engine(&plan).await }
                })
            });
        });
        if by_hand {
            group.bench_function(BenchmarkId::from_parameter("JoinSet"), |bencher| {
                bencher.iter_custom(|iterations| {
                    let layers = Arc::clone(&layers);
                    on_worker(runtime, iterations, move || {
                        let layers = Arc::clone(&layers);
                        async move { by_join_set::<BODY>(&layers).await }
                    })
                });
            });
            group.bench_function(BenchmarkId::from_parameter("JoinSet in a timeout"), |bencher| {
                bencher.iter_custom(|iterations| {
                    let layers = Arc::clone(&layers);
                    on_worker(runtime, iterations, move || {
                        let layers = Arc::clone(&layers);
                        async move {
                            let run = by_join_set::<BODY>(&layers);
                            tokio::time::timeout(Duration::from_millis(500), run).await.expect("it is in time");
                        }
                    })
                });
            });
            group.bench_function(BenchmarkId::from_parameter("join_all"), |bencher| {
                bencher.iter_custom(|iterations| {
                    let layers = Arc::clone(&layers);
                    on_worker(runtime, iterations, move || {
                        let layers = Arc::clone(&layers);
                        async move { by_join_all::<BODY>(&layers).await }
                    })
                });
            });
        }
        group.finish();
    }
}

fn overhead(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let runtime = runtime.expect("a runtime");
    measure::<SYNC>(criterion, &runtime, "never waits", false);
    measure::<EMPTY>(criterion, &runtime, "empty", true);
    measure::<YIELDS>(criterion, &runtime, "yields", true);
    measure::<MILLISECOND>(criterion, &runtime, "1 ms", true);
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800));
    targets = overhead
}
criterion_main!(benches);
