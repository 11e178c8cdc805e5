//! Random graphs, and the model: the expected outcome of each task, computed without a clock.

use std::{any::TypeId, collections::BTreeMap, time::Duration};

use proptest::prelude::*;

use crate::{
    reads::{self, Read},
    run::tests::ms,
    test_util::{Fake, Recorder, Tiny, TinyError},
    *,
};

/// A type for each number, so that graphs can be drawn at random.
struct Numbered<const N: usize>;

macro_rules! numbered {
    ($($n:literal)*) => {
        const NAMES: &[&str] = &[$(concat!("t", $n)),*];

        fn data() -> Vec<TypeId> {
            vec![$(TypeId::of::<Numbered<$n>>()),*]
        }
    };
}

numbered!(0 1 2 3 4 5 6 7 8 9 10 11 12 13);

const ERROR: TinyError = TinyError("no");

/// The outcome of a task of the graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    Value,
    Error,
    Panic,
    Skip,
    Stop,
    Hang,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    stage: Stage,
    /// The tasks it reads, and whether it needs each.
    pub(super) reads: Vec<(usize, bool)>,
    page: bool,
    pub(super) strong: bool,
    pub(super) end: End,
    delay: Option<Duration>,
    waits: Waits,
}

/// Tasks in stage order, each reading some of the earlier ones; optionally a list, which may be empty.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    list: Option<Vec<i64>>,
}

/// The expected results of a graph.
pub(super) struct Model {
    /// By task; `None` if the outcome depends on which task ends the engine first.
    pub(super) outcomes: Vec<Option<Outcome<TinyError>>>,
    /// Errors that may end the engine.
    pub(super) fatal: Vec<EngineErrorOf<Tiny>>,
}

/// A list of three, one that the filter empties, or none.
pub(super) fn graph(hangs: bool) -> impl Strategy<Value = Graph> {
    let list = prop_oneof![Just(None), Just(Some(vec![1, 2, 3])), Just(Some(vec![]))];
    (prop::collection::vec(node(hangs), 1..=NAMES.len()), list).prop_map(|(mut nodes, list)| {
        nodes.sort_by_key(|node| node.stage);
        for (index, node) in nodes.iter_mut().enumerate() {
            node.reads.retain_mut(|(writer, _)| {
                *writer = writer.checked_rem(index).unwrap_or(usize::MAX);
                *writer < index
            });
            node.reads.sort_unstable();
            node.reads.dedup_by_key(|(writer, _)| *writer);
            node.page &= list.is_some() && node.stage >= Stage::Loaders;
        }
        Graph { nodes, list }
    })
}

fn node(hangs: bool) -> impl Strategy<Value = Node> {
    let end = prop_oneof![
        12 => Just(End::Value),
        2 => Just(End::Error),
        1 => Just(End::Panic),
        2 => Just(End::Skip),
        (if hangs { 2 } else { 0 }) => Just(End::Hang),
    ];
    let end = prop_oneof![60 => end, 1 => Just(End::Stop)];
    let reads = prop::collection::vec((any::<u16>().prop_map(usize::from), any::<bool>()), 0..4);
    let delay = prop::option::of((0_u64..40).prop_map(ms));
    let stage = prop::sample::select(Stage::ALL.to_vec());
    let waits = prop::sample::select(vec![Waits::Tokio, Waits::InPlace]);
    (stage, reads, any::<bool>(), prop::bool::weighted(0.15), end, delay, waits).prop_map(
        |(stage, reads, page, strong, end, delay, waits)| Node { stage, reads, page, strong, end, delay, waits },
    )
}

/// Contributes its items.
struct Contributes(Vec<i64>);

impl ItemProvider<Tiny> for Contributes {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(self.0.clone())
    }
}

impl Graph {
    pub(super) fn name(&self, index: usize) -> &'static str {
        NAMES[index]
    }

    /// Number of tasks in the record for the list.
    pub(super) fn list_tasks(&self) -> usize {
        usize::from(self.list.is_some())
    }

    pub(super) fn definition(&self, recorder: &Recorder) -> Definition<Tiny, ()> {
        let data = data();
        let mut definition = Definition::new("Random");
        for (index, node) in self.nodes.iter().enumerate() {
            let fake = self.fake(index).stage(node.stage).on(recorder);
            let fake = fake.reads(Reads { page: node.page, ..self.edges(node, &data) });
            let fake = if node.strong { fake.strong() } else { fake };
            let fake = match node.delay {
                Some(delay) => fake.after(delay),
                None => fake,
            };
            definition = definition.fake_as(fake, data[index], NAMES[index]);
        }
        if let Some(items) = &self.list {
            definition = definition.items(Contributes(items.clone()));
        }
        definition.fake(Fake::value("Answer", ()).on(recorder)).answer::<()>()
    }

    fn fake(&self, index: usize) -> Fake<Tiny, i64> {
        let name = NAMES[index];
        match self.nodes[index].end {
            End::Value => Fake::value(name, 1),
            End::Error => Fake::error(name, ERROR),
            End::Panic => Fake::panic(name),
            End::Skip => Fake::skip(name, "why"),
            End::Stop => Fake::stop(name, name),
            End::Hang => Fake::hang(name),
        }
    }

    /// Place where each task waits, and a timeout for every task that hangs.
    pub(super) fn tasks(&self) -> BTreeMap<String, TaskConf> {
        self.tasks_within(ms(1_000))
    }

    pub(super) fn tasks_within(&self, limit: Duration) -> BTreeMap<String, TaskConf> {
        let numbered = self.nodes.iter().zip(NAMES).zip(1_u64..);
        numbered
            .map(|((node, name), number)| {
                let timeout = (node.end == End::Hang).then(|| ms(7 * number).min(limit));
                ((*name).to_owned(), TaskConf { timeout, waits: Some(node.waits), ..TaskConf::default() })
            })
            .collect()
    }

    pub(super) fn model(&self) -> Model {
        let mut model = Model { outcomes: Vec::new(), fatal: Vec::new() };
        for (index, node) in self.nodes.iter().enumerate() {
            let outcome = self.outcome(index, &model);
            let fatal = match &outcome {
                Some(Outcome::Done) if node.end == End::Stop => Some(EngineError::Stop(NAMES[index])),
                Some(Outcome::Failed(failure)) if node.strong => Some(EngineError::of(NAMES[index], failure.clone())),
                _ => None,
            };
            model.outcomes.push(if fatal.is_some() { None } else { outcome });
            model.fatal.extend(fatal);
        }
        model
    }

    fn outcome(&self, index: usize, model: &Model) -> Option<Outcome<TinyError>> {
        let node = &self.nodes[index];
        if self.list.as_ref().is_some_and(Vec::is_empty) && self.works_on_page(index) {
            return Some(Outcome::Skipped(SkipReason::EmptyList));
        }
        if node.reads.iter().any(|(writer, _)| model.outcomes[*writer].is_none()) {
            return None;
        }
        let needs: Vec<_> = node.reads.iter().filter(|(_, need)| *need).map(|(writer, _)| *writer).collect();
        let is =
            |writer: &usize, what: fn(&Outcome<TinyError>) -> bool| model.outcomes[*writer].as_ref().is_some_and(what);
        if let Some(&failed) = needs.iter().find(|writer| is(writer, |outcome| matches!(outcome, Outcome::Failed(_)))) {
            return Some(Outcome::Failed(Failure::DependencyFailed(NAMES[failed])));
        }
        if let Some(&skipped) = needs.iter().find(|writer| is(writer, |outcome| matches!(outcome, Outcome::Skipped(_))))
        {
            return Some(if node.strong {
                Outcome::Failed(Failure::DependencyFailed(NAMES[skipped]))
            } else {
                Outcome::Skipped(SkipReason::NoInput(NAMES[skipped]))
            });
        }
        Some(match node.end {
            End::Value | End::Stop => Outcome::Done,
            End::Error => Outcome::Failed(Failure::Error(ERROR)),
            End::Panic => Outcome::Failed(Failure::Panicked),
            End::Skip => Outcome::Skipped(SkipReason::NotNeeded("why")),
            End::Hang => Outcome::Failed(Failure::TimedOut),
        })
    }

    /// Duration of an engine without an early end: each task starts as soon as it can.
    pub(super) fn takes(&self, mode: Mode, model: &Model) -> Duration {
        let mut ends: Vec<Duration> = Vec::new();
        for (node, outcome) in self.nodes.iter().zip(&model.outcomes) {
            let earlier =
                self.nodes.iter().zip(&ends).filter(|(other, _)| other.stage < node.stage).map(|(_, end)| *end);
            let stage = if mode == Mode::Staged { earlier.max() } else { None };
            let start = node.reads.iter().map(|(writer, _)| ends[*writer]).chain(stage).max().unwrap_or_default();
            let absent = Failure::DependencyFailed;
            let runs = match outcome {
                Some(Outcome::Skipped(_)) | None => false,
                Some(Outcome::Failed(failure)) => NAMES.iter().all(|name| *failure != absent(name)),
                Some(_) => true,
            };
            ends.push(if runs { start + node.delay.unwrap_or_default() } else { start });
        }
        ends.into_iter().max().unwrap_or_default()
    }

    fn works_on_page(&self, index: usize) -> bool {
        let node = &self.nodes[index];
        node.stage == Stage::Loaders && (node.page || node.reads.iter().any(|(writer, _)| self.works_on_page(*writer)))
    }
}

impl Graph {
    /// The edges of a task. A datum that it needs and that has no other reader is taken by value.
    fn edges(&self, node: &Node, data: &[TypeId]) -> Reads {
        let readers = |writer| self.nodes.iter().flat_map(|node| &node.reads).filter(|read| read.0 == writer).count();
        let mode = |writer, need| match need {
            true if readers(writer) == 1 => reads::Mode::Own,
            true => reads::Mode::Need,
            false => reads::Mode::Maybe,
        };
        let read = |&(writer, need): &(usize, bool)| Read {
            datum: data[writer],
            datum_name: NAMES[writer],
            mode: mode(writer, need),
        };
        Reads { data: node.reads.iter().map(read).collect(), items: false, kept: false, page: false }
    }
}
