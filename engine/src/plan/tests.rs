//! Every fault of a plan is found and named, all of them at once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{ops::Range, time::Duration};

use crate::{
    test_util::{Fake, Tiny, fault_lines},
    *,
};

#[derive(Clone)]
struct A;
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn end() -> Fake<Tiny, A> {
    Fake::value("End", A)
}

fn loader<T: Clone + Send + Sync + 'static>(name: &'static str, value: T) -> Fake<Tiny, T> {
    Fake::value(name, value).stage(Stage::Loaders)
}

fn base() -> Definition<Tiny, A> {
    Definition::new("E").fake(end()).answer::<A>()
}

fn faults<T>(definition: &Definition<Tiny, T>, conf: &PlanConf) -> Vec<String> {
    Plan::compile(definition, conf).map(|_| Vec::new()).unwrap_or_else(|faults| fault_lines(&faults))
}

fn of<T>(definition: &Definition<Tiny, T>) -> Vec<String> {
    faults(definition, &PlanConf::default())
}

fn with<T>(definition: &Definition<Tiny, T>, task: &str, conf: TaskConf) -> Vec<String> {
    faults(definition, &PlanConf { tasks: [(task.to_owned(), conf)].into(), ..PlanConf::default() })
}

#[test]
fn two_tasks_of_one_name_or_one_datum() {
    assert_eq!(of(&base().fake(loader("L", B)).fake(loader("L", C))), ["E: L: is registered twice"],);
    assert_eq!(
        of(&base().fake(loader("L", B)).fake(loader("M", B))),
        ["E: M: produces B, which L also produces: a datum has one writer"]
    );
}

#[test]
fn a_read_without_a_writer() {
    assert_eq!(
        of(&base().fake(loader("L", B).need::<C>())),
        ["E: L: reads C, but no task with this Output is registered"]
    );
    assert_eq!(
        of(&base().fake(loader("L", B).maybe::<C>())),
        ["E: L: reads C, but no task with this Output is registered"]
    );
}

#[test]
fn a_list_without_contributions() {
    let lines = of(&base().fake(loader("L", B).page()));
    assert_eq!(lines, ["E: L: reads the list, but nothing contributes items"]);
}

#[test]
fn a_cycle_is_printed() {
    for mode in [Mode::Staged, Mode::Dag] {
        let conf = PlanConf { mode, ..PlanConf::default() };
        let definition = base().fake(loader("L", B).need::<C>()).fake(loader("M", C).need::<B>());
        assert_eq!(faults(&definition, &conf), ["E: tasks wait for each other: L → M → L"]);
    }
    let depends = TaskConf { depends_on: vec!["L".into()], ..TaskConf::default() };
    let lines = with(&base().fake(loader("L", B)), "L", depends);
    assert_eq!(lines, ["E: tasks wait for each other: L → L"]);
}

#[test]
fn a_backward_edge_is_a_fault_in_staged_mode_only() {
    let definition = base().fake(loader("L", B)).fake(Fake::value("P", C).stage(Stage::Providers).maybe::<B>());
    assert_eq!(of(&definition), ["E: P: reads B, which L produces in a later stage: loaders come after providers"]);
    assert!(faults(&definition, &PlanConf { mode: Mode::Dag, ..PlanConf::default() }).is_empty());
}

/// Contributes nothing, keeps everything, cuts nothing.
struct Nothing;

impl ItemProvider<Tiny> for Nothing {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(Vec::new())
    }
}

impl Filter<Tiny> for Nothing {
    type Input<'a> = ();
}

impl Cut<Tiny> for Nothing {
    type Input<'a> = Maybe<'a, B>;

    fn range(&self, _cx: &Context<Tiny>, _b: &Maybe<'_, B>, len: usize) -> Range<usize> {
        0..len
    }
}

#[test]
fn a_provider_that_reads_the_page_and_a_cut_that_reads_a_loader_run_backwards() {
    let reads_page = Fake::value("P", C).stage(Stage::Providers).page();
    assert_eq!(
        of(&base().items(Nothing).fake(reads_page)),
        ["E: P: reads the page, which is cut after the sorters: they come after providers"]
    );
    let lines = of(&base().items(Nothing).fake(loader("L", B)).cut(Nothing));
    assert_eq!(lines, ["E: cut: reads B, which L produces in a later stage: loaders come after sorters"]);
}

/// Reads the list that it contributes to.
struct Circular;

impl ItemProvider<Tiny> for Circular {
    type Input<'a> = Items<'a, Tiny>;

    fn items(&self, _cx: &Context<Tiny>, items: Items<'_, Tiny>) -> TaskResult<Tiny, Vec<i64>> {
        Ok(items.to_vec())
    }
}

impl Filter<Tiny> for Circular {
    type Input<'a> = Kept<'a, Tiny>;
}

impl Sorter<Tiny> for Circular {
    type Input<'a> = Page<'a, Tiny>;

    fn key(&self, _cx: &Context<Tiny>, _page: &Page<'_, Tiny>, item: &i64) -> SortKey {
        (*item).into()
    }
}

#[test]
fn a_part_of_the_list_that_reads_the_list() {
    let base = || base().items(named("Nothing", Nothing));
    for mode in [Mode::Staged, Mode::Dag] {
        let of = |definition| faults(&definition, &PlanConf { mode, ..PlanConf::default() });
        assert_eq!(
            of(base().items(Circular)),
            ["E: Circular: reads the list, to which it contributes: it can read data of providers"]
        );
        assert_eq!(
            of(base().filter(Circular)),
            ["E: Circular: is a filter and reads what the filters keep: it can read Items, the list before them"]
        );
        assert_eq!(
            of(base().sorter(Circular)),
            [
                "E: Circular: is a sorter and reads the page, which the sorters order: it can read Kept or Items, the list before \
              them"
            ]
        );
    }
}

#[test]
fn a_rule_that_is_made_weak() {
    let weak = TaskConf { strength: Some(Strength::Weak), ..TaskConf::default() };
    let lines = with(&base().items(Nothing).filter(named("Keeps", Nothing)), "Keeps", weak);
    let text = "is strong: a rule that could not be applied must not let through what it would have stopped";
    assert_eq!(lines, [format!("E: Keeps: {text}")]);
}

#[test]
fn a_needed_task_that_is_switched_off_or_rolled_out() {
    let definition = base().fake(loader("L", B)).fake(loader("M", C).need::<B>());
    let off = TaskConf { enabled: Some(false), ..TaskConf::default() };
    assert_eq!(with(&definition, "L", off.clone()), ["E: M: needs B, but L is switched off"]);
    let some = Rollout { percent: 50.0, ..Rollout::default() };
    let rolled_out = |rollout| TaskConf { rollout: Some(rollout), ..TaskConf::default() };
    assert_eq!(with(&definition, "L", rolled_out(some)), ["E: M: needs B, but L is rolled out"]);
    assert!(with(&definition, "L", rolled_out(Rollout::default())).is_empty(), "every request gets it");
    let both = PlanConf { tasks: [("L".into(), off.clone()), ("M".into(), off)].into(), ..PlanConf::default() };
    assert!(faults(&definition, &both).is_empty(), "the reader is switched off with it");
}

#[test]
fn an_answer_that_is_undeclared_unproduced_read_switched_off_or_rolled_out() {
    assert_eq!(of(&Definition::new("E").fake(end())), ["E: declares no answer"]);
    assert_eq!(of(&Definition::new("E").fake(end()).answer::<B>()), ["E: has the answer B, which no task produces"]);
    let reads = base().fake(Fake::value("M", B).need::<A>());
    assert_eq!(of(&reads), ["E: M: reads A, which is the answer and leaves the engine"]);
    let off = TaskConf { enabled: Some(false), ..TaskConf::default() };
    assert_eq!(with(&base(), "End", off), ["E: End: produces the answer A and cannot be switched off"]);
    let rollout = Some(Rollout { percent: 1.0, ..Rollout::default() });
    let lines = with(&base(), "End", TaskConf { rollout, ..TaskConf::default() });
    assert_eq!(lines, ["E: End: produces the answer A and cannot be rolled out"]);
}

#[test]
fn configuration_of_an_unknown_task() {
    let lines = with(&base(), "Enf", TaskConf::default());
    assert_eq!(lines, ["E: Enf: is not a task of this engine; known: End"]);
    let depends = TaskConf { depends_on: vec!["X".into()], ..TaskConf::default() };
    assert_eq!(with(&base(), "End", depends), [r#"E: End: depends_on "X", which is not a task of this engine"#]);
}

#[test]
fn durations_of_zero_or_above_the_engines() {
    let engine = |timeout, reserve| faults(&base(), &PlanConf { timeout, reserve, ..PlanConf::default() });
    assert_eq!(engine(ms(0), ms(0))[0], "E: timeout must be more than 0ms");
    assert_eq!(engine(ms(100), ms(100)), ["E: reserve 100ms must be below the timeout 100ms"]);
    let task = |timeout| with(&base(), "End", TaskConf { timeout: Some(timeout), ..TaskConf::default() });
    assert_eq!(task(ms(0)), ["E: End: timeout must be more than 0ms"]);
    assert_eq!(task(ms(501)), ["E: End: timeout 501ms is above the engine's 500ms"]);
    assert!(task(ms(500)).is_empty());
}

#[test]
fn an_earlier_join_before_and_a_percent_out_of_range() {
    let join = TaskConf { join_before: Some(Stage::Loaders), ..TaskConf::default() };
    let lines = with(&base().fake(loader("L", B)), "L", join);
    assert_eq!(lines, ["E: L: join_before must name a stage after loaders, found loaders"]);
    for percent in [-1.0, 100.5, f64::NAN] {
        let rollout = Some(Rollout { percent, ..Rollout::default() });
        let lines = with(&base().fake(loader("L", B)), "L", TaskConf { rollout, ..TaskConf::default() });
        assert_eq!(lines, [format!("E: L: rollout percent must be 0 to 100, found {percent}")]);
    }
}

#[test]
fn all_faults_are_reported_not_only_the_first() {
    let definition = Definition::<Tiny>::new("E").fake(loader("L", B).need::<C>()).fake(loader("L", B));
    let conf =
        PlanConf { timeout: ms(0), tasks: [("X".to_owned(), TaskConf::default())].into(), ..PlanConf::default() };
    assert_eq!(faults(&definition, &conf).len(), 7, "{:#?}", faults(&definition, &conf));
}
