//! The shapes as engines. Three digits distinguish the tasks, so that a thousand types need not be listed.

use std::{
    any::TypeId,
    sync::{Arc, LazyLock},
};

use live_pack_engine::{
    Context, Definition, Engine, Mode, Plan, PlanConf, Scene, Stage, Subject, Task, TaskResult, Waits, named,
    test_util::needing,
};

use crate::{Body, Request, request, shapes::Shape, work};

/// A scene without a list.
pub(crate) struct Bench;

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

static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| (0..1_000).map(|n| &*format!("t{n}").leak()).collect());

struct Left<const A: usize, const B: usize, const C: usize>(#[expect(dead_code, reason = "a datum has a size")] u64);

struct Node<const A: usize, const B: usize, const C: usize>(Body);

/// Tasks 100 to 137 form a page of 38; all others are in one stage.
const fn stage(number: usize) -> Stage {
    match number {
        100..106 => Stage::Providers,
        106..110 => Stage::Filters,
        110..112 => Stage::Sorters,
        132..138 => Stage::Converters,
        _ => Stage::Loaders,
    }
}

impl<const A: usize, const B: usize, const C: usize> Task<Bench> for Node<A, B, C> {
    type Output = Left<A, B, C>;
    type Input<'a> = ();
    const STAGE: Stage = stage(A * 100 + B * 10 + C);

    async fn run(&self, _cx: &Context<Bench>, (): ()) -> TaskResult<Bench, Left<A, B, C>> {
        Ok(Left(work(self.0, A * 100 + B * 10 + C).await))
    }
}

/// The same, but never waits.
struct NeverWaits<const A: usize, const B: usize, const C: usize>;

impl<const A: usize, const B: usize, const C: usize> Task<Bench> for NeverWaits<A, B, C> {
    type Output = Left<A, B, C>;
    type Input<'a> = ();
    const STAGE: Stage = stage(A * 100 + B * 10 + C);
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Bench>, (): ()) -> TaskResult<Bench, Left<A, B, C>> {
        Ok(Left(std::hint::black_box((A * 100 + B * 10 + C) as u64)))
    }
}

pub(crate) struct Answer;

impl Task<Bench> for Answer {
    type Output = Self;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Bench>, (): ()) -> TaskResult<Bench, Self> {
        Ok(Self)
    }
}

/// Calls a function with one more digit as a type parameter.
macro_rules! digit {
    (@ $with:ident [$($before:ident)*] $n:literal ($($arg:expr),*)) => { $with::<$($before,)* $n>($($arg),*) };
    ($digit:expr, $with:ident $before:tt $args:tt) => {
        match $digit {
            0 => digit!(@ $with $before 0 $args),
            1 => digit!(@ $with $before 1 $args),
            2 => digit!(@ $with $before 2 $args),
            3 => digit!(@ $with $before 3 $args),
            4 => digit!(@ $with $before 4 $args),
            5 => digit!(@ $with $before 5 $args),
            6 => digit!(@ $with $before 6 $args),
            7 => digit!(@ $with $before 7 $args),
            8 => digit!(@ $with $before 8 $args),
            9 => digit!(@ $with $before 9 $args),
            _ => unreachable!("a digit"),
        }
    };
}

fn datum(number: usize) -> TypeId {
    digit!(number / 100, datum1 [] (number))
}

fn datum1<const A: usize>(number: usize) -> TypeId {
    digit!(number / 10 % 10, datum2[A](number))
}

fn datum2<const A: usize, const B: usize>(number: usize) -> TypeId {
    digit!(number % 10, datum3 [A  B] ())
}

fn datum3<const A: usize, const B: usize, const C: usize>() -> TypeId {
    TypeId::of::<Left<A, B, C>>()
}

type Adding = (Definition<Bench>, Body, Vec<TypeId>);

fn add(number: usize, adding: Adding) -> Definition<Bench> {
    digit!(number / 100, add1 [] (number, adding))
}

fn add1<const A: usize>(number: usize, adding: Adding) -> Definition<Bench> {
    digit!(number / 10 % 10, add2[A](number, adding))
}

fn add2<const A: usize, const B: usize>(number: usize, adding: Adding) -> Definition<Bench> {
    digit!(number % 10, add3 [A  B] (adding))
}

fn add3<const A: usize, const B: usize, const C: usize>((definition, body, needs): Adding) -> Definition<Bench> {
    let name = NAMES[A * 100 + B * 10 + C];
    match body {
        Body::NeverWaits => definition.task(named(name, needing(NeverWaits::<A, B, C>, needs))),
        _ => definition.task(named(name, needing(Node::<A, B, C>(body), needs))),
    }
}

pub(crate) fn definition(shape: &Shape, body: Body) -> Definition<Bench, Answer> {
    let definition = shape.layers.iter().flatten().fold(Definition::new("Bench"), |definition, &number| {
        add(number, (definition, body, (shape.needs)(number).into_iter().map(datum).collect()))
    });
    definition.task(Answer).answer::<Answer>()
}

pub(crate) fn conf(shape: &Shape) -> PlanConf {
    PlanConf { mode: if shape.staged { Mode::Staged } else { Mode::Dag }, ..PlanConf::default() }
}

pub(crate) fn request_of(shape: &Shape, body: Body) -> Request {
    with(&definition(shape, body), &conf(shape))
}

/// Waiting tasks are polled in the task of the request.
pub(crate) fn in_place(shape: &Shape, body: Body) -> Request {
    with(&definition(shape, body), &PlanConf { waits: Some(Waits::InPlace), ..conf(shape) })
}

pub(crate) fn with(definition: &Definition<Bench, Answer>, conf: &PlanConf) -> Request {
    let plan = Plan::compile(definition, conf).expect("a plan without faults");
    let about = Arc::new(());
    request(move || {
        let engine = Engine::new(&plan, Arc::clone(&about));
        async move {
            let finished = engine.run().await;
            assert!(std::hint::black_box(finished.into_answer()).0.is_ok());
        }
    })
}
