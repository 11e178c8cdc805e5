//! The list: contributions, filters, sorters, the cut, and empty lists.

use std::ops::Range;

use super::{BOTH_MODES, in_mode, ms};
use crate::{
    test_util::{Fake, FakeInputs, Recorder, Tiny, TinyError, outcome_of, run},
    *,
};

#[derive(Debug, PartialEq, Clone)]
struct Shown(Vec<i64>);
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;

/// Contributes the given items.
struct Contributes(Vec<i64>);

impl ItemProvider<Tiny> for Contributes {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(self.0.clone())
    }
}

/// Rejects multiples of the given number.
struct Multiples(i64);

impl Filter<Tiny> for Multiples {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> Verdict {
        if item % self.0 == 0 { Verdict::Reject("multiple") } else { Verdict::Keep }
    }
}

/// Orders by the remainder of a division by the given number.
struct Remainder(i64);

impl Sorter<Tiny> for Remainder {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> SortKey {
        (item % self.0).into()
    }
}

/// The given range of the list.
#[derive(Clone)]
struct Part(Range<usize>);

impl Cut<Tiny> for Part {
    type Input<'a> = ();

    fn range(&self, _cx: &Context<Tiny>, (): &(), _len: usize) -> Range<usize> {
        self.0.clone()
    }
}

fn page() -> Fake<Tiny, Shown> {
    Fake::new("Page", |inputs: &FakeInputs<'_, Tiny>| Ok(Shown(inputs.page().items().copied().collect()))).page()
}

fn numbers(range: Range<i64>) -> Registered<Contributes> {
    named("Numbers", Contributes(range.collect()))
}

async fn page_of(definition: Definition<Tiny>, mode: Mode) -> Result<Vec<i64>, EngineErrorOf<Tiny>> {
    let definition = definition.fake(page()).answer::<Shown>();
    run(&definition, &in_mode(mode)).await.into_answer().0.map(|page| page.0)
}

#[tokio::test(start_paused = true)]
async fn contributions_are_joined_in_the_order_of_registration() {
    for mode in BOTH_MODES {
        let definition =
            Definition::new("E").items(named("One", Contributes(vec![3, 1]))).items(named("Two", Contributes(vec![2])));
        assert_eq!(page_of(definition, mode).await, Ok(vec![3, 1, 2]));
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_stays_if_no_filter_rejects_it_whatever_their_order() {
    for mode in BOTH_MODES {
        let (two, three) = (|| named("Two", Multiples(2)), || named("Three", Multiples(3)));
        let one_way = Definition::new("E").items(numbers(1..12)).filter(two()).filter(three());
        let other_way = Definition::new("E").items(numbers(1..12)).filter(three()).filter(two());
        assert_eq!(page_of(one_way, mode).await, Ok(vec![1, 5, 7, 11]));
        assert_eq!(page_of(other_way, mode).await, Ok(vec![1, 5, 7, 11]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_record_keeps_every_rejection() {
    let definition = Definition::new("E")
        .items(numbers(5..7))
        .filter(named("Two", Multiples(2)))
        .filter(named("Three", Multiples(3)));
    let finished = run(&definition.fake(page()).answer::<Shown>(), &PlanConf::default()).await;
    let rejected: Vec<_> = finished.record.rejected().collect();
    assert_eq!(rejected, [(6, "Two", "multiple"), (6, "Three", "multiple")]);
}

#[tokio::test(start_paused = true)]
async fn ties_of_the_first_sorter_go_to_the_next_and_then_to_the_order_of_the_list() {
    for mode in BOTH_MODES {
        let definition = Definition::new("E")
            .items(numbers(0..12))
            .sorter(named("By3", Remainder(3)))
            .sorter(named("By2", Remainder(2)));
        assert_eq!(page_of(definition, mode).await, Ok(vec![0, 6, 3, 9, 4, 10, 1, 7, 2, 8, 5, 11]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_cut_ignores_indices_outside_the_list() {
    let inverted = Range { start: 6, end: 4 };
    let cases = [(0..3, vec![0, 1, 2]), (8..20, vec![8, 9]), (10..12, vec![]), (30..40, vec![]), (inverted, vec![])];
    for (range, expected) in cases {
        let definition = Definition::new("E").items(numbers(0..10)).cut(Part(range.clone()));
        assert_eq!(page_of(definition, Mode::Staged).await, Ok(expected), "{range:?}");
    }
}

/// Hides odd numbers.
struct HidesOdd;

impl Cut<Tiny> for HidesOdd {
    type Input<'a> = ();

    fn range(&self, _cx: &Context<Tiny>, (): &(), _len: usize) -> Range<usize> {
        0..4
    }

    fn shows(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> bool {
        item % 2 == 0
    }
}

#[tokio::test(start_paused = true)]
async fn hiding_an_item_neither_moves_the_page_nor_fills_the_gap() {
    let definition = Definition::new("E").items(numbers(0..10)).cut(HidesOdd);
    assert_eq!(page_of(definition, Mode::Staged).await, Ok(vec![0, 2]));
}

fn with_loaders(items: Range<i64>, when_empty: WhenEmpty, recorder: &Recorder) -> Definition<Tiny, Shown> {
    Definition::new("E")
        .items(numbers(items))
        .when_empty(when_empty)
        .fake(Fake::value("OnPage", B).stage(Stage::Loaders).page().after(ms(1)).on(recorder))
        .fake(Fake::value("AfterIt", C).stage(Stage::Loaders).maybe::<B>().on(recorder))
        .fake(Fake::value("Apart", ()).stage(Stage::Loaders).on(recorder))
        .fake(page())
        .answer::<Shown>()
}

#[tokio::test(start_paused = true)]
async fn on_an_empty_list_the_loaders_that_work_on_it_are_skipped_in_both_modes() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = with_loaders(0..0, WhenEmpty::SkipLoaders, &recorder);
        let (answer, record) = run(&definition, &in_mode(mode)).await.into_answer();
        assert_eq!(answer, Ok(Shown(vec![])));
        for task in ["OnPage", "AfterIt"] {
            assert_eq!(outcome_of(&record, task), Some(Outcome::Skipped(SkipReason::EmptyList)), "{task}");
        }
        assert_eq!(recorder.started(), ["Apart"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_may_continue_with_an_empty_list() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        run(&with_loaders(0..0, WhenEmpty::GoOn, &recorder), &in_mode(mode)).await;
        assert_eq!(recorder.started().len(), 3);
    }
}

/// Fails in the given way.
struct Broken(&'static str);

impl Filter<Tiny> for Broken {
    type Input<'a> = ();

    fn admit(&self, _cx: &Context<Tiny>, (): &()) -> TaskResult<Tiny, ()> {
        match self.0 {
            "error" => Err(TinyError("no").into()),
            "stop" => Err(TaskError::Stop("closed")),
            _ => Ok(()),
        }
    }

    fn judge(&self, _cx: &Context<Tiny>, (): &(), _item: &i64) -> Verdict {
        panic!("cannot judge");
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_cannot_be_applied_ends_the_engine() {
    let cases = [
        ("error", EngineError::Task { task: "Broken", error: TinyError("no") }),
        ("stop", EngineError::Stop("closed")),
        ("panic", EngineError::Panic { task: "Broken" }),
    ];
    for mode in BOTH_MODES {
        for (how, expected) in cases.clone() {
            let definition = Definition::new("E").items(numbers(0..3)).filter(Broken(how));
            assert_eq!(page_of(definition, mode).await, Err(expected));
        }
    }
}

/// Makes a remote call of 20 ms.
struct Asks(Result<(), TinyError>);

impl Filter<Tiny> for Asks {
    type Input<'a> = ();
    const WAITS: bool = true;

    async fn judge_all(&self, _cx: &Context<Tiny>, (): (), items: &[i64]) -> TaskResult<Tiny, Rejections> {
        tokio::time::sleep(ms(20)).await;
        self.0.clone()?;
        let mut rejections = Rejections::default();
        for (index, _) in items.iter().enumerate().filter(|(_, item)| **item > 3) {
            rejections.push(index, "too_large");
        }
        Ok(rejections)
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_may_wait_alongside_others() {
    for mode in BOTH_MODES {
        let definition =
            Definition::new("E").items(numbers(0..6)).filter(named("Two", Multiples(2))).filter(Asks(Ok(())));
        assert_eq!(page_of(definition, mode).await, Ok(vec![1, 3]));
        let definition = Definition::new("E").items(numbers(0..6)).filter(Asks(Err(TinyError("down"))));
        assert_eq!(page_of(definition, mode).await, Err(EngineError::Task { task: "Asks", error: TinyError("down") }));
    }
}

#[tokio::test(start_paused = true)]
async fn the_record_counts_the_items_before_and_after_a_filter() {
    let definition = Definition::new("E").items(numbers(0..6)).filter(named("Two", Multiples(2))).filter(Asks(Ok(())));
    let finished = run(&definition.fake(page()).answer::<Shown>(), &PlanConf::default()).await;
    let items: Vec<_> = finished.record.tasks().map(|task| (task.name, task.items)).collect();
    assert_eq!(items, [("Numbers", Some((0, 6))), ("Two", Some((6, 3))), ("Asks", Some((6, 4))), ("Page", None)]);
}

/// Needs a datum.
struct Needy;

impl Filter<Tiny> for Needy {
    type Input<'a> = &'a B;
}

impl Cut<Tiny> for Needy {
    type Input<'a> = &'a B;

    fn range(&self, _cx: &Context<Tiny>, _b: &&B, len: usize) -> Range<usize> {
        0..len
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_or_a_cut_without_the_datum_it_needs_ends_the_engine() {
    for mode in BOTH_MODES {
        for weak in [Fake::<Tiny, B>::error("W", TinyError("no")), Fake::skip("W", "why")] {
            let definition = Definition::new("E").fake(weak.stage(Stage::Providers)).items(numbers(0..3)).filter(Needy);
            let expected = EngineError::DependencyFailed { task: "Needy", needs: "W" };
            assert_eq!(page_of(definition, mode).await, Err(expected));
        }
        let weak = Fake::<Tiny, B>::error("W", TinyError("no")).stage(Stage::Providers);
        let definition = Definition::new("E").fake(weak).items(numbers(0..3)).cut(Needy);
        assert_eq!(page_of(definition, mode).await, Err(EngineError::DependencyFailed { task: "cut", needs: "W" }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_unfinished_at_the_reserve_ends_the_engine() {
    for mode in BOTH_MODES {
        let hang = Fake::<Tiny, B>::hang("W").stage(Stage::Providers);
        let definition = Definition::new("E").fake(hang).items(numbers(0..3)).cut(Needy);
        assert_eq!(page_of(definition, mode).await, Err(EngineError::Timeout { waiting_for: "cut" }));
    }
}

/// Panics.
struct BrokenCut;

impl Cut<Tiny> for BrokenCut {
    type Input<'a> = ();

    fn range(&self, _cx: &Context<Tiny>, (): &(), _len: usize) -> Range<usize> {
        panic!("no range");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_that_panics_ends_the_engine() {
    let definition = Definition::new("E").items(numbers(0..3)).cut(BrokenCut);
    assert_eq!(page_of(definition, Mode::Staged).await, Err(EngineError::Panic { task: "cut" }));
}
