//! The list as an input: before filters, after filters, as a page; rows and columns.

use std::ops::Range;

use super::{BOTH_MODES, in_mode};
use crate::{
    test_util::{Tiny, fault_lines, run},
    *,
};

struct Numbers;

impl ItemProvider<Tiny> for Numbers {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(vec![5, 4, 3, 2, 1])
    }
}

struct EvenFilter;

impl Filter<Tiny> for EvenFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> Verdict {
        if item % 2 == 0 { Verdict::Reject("even") } else { Verdict::Keep }
    }
}

/// A score for each kept item, for the sorter.
struct Scores(Vec<(i64, i64)>);
struct ScoreLoader;

impl Task<Tiny> for ScoreLoader {
    type Output = Scores;
    type Input<'a> = Kept<'a, Tiny>;
    const STAGE: Stage = Stage::Sorters;

    async fn run(&self, _cx: &Context<Tiny>, kept: Kept<'_, Tiny>) -> TaskResult<Tiny, Scores> {
        tokio::task::yield_now().await;
        Ok(Scores(kept.items().map(|item| (*item, (*item - 3).abs())).collect()))
    }
}

struct ScoreSorter;

impl Sorter<Tiny> for ScoreSorter {
    type Input<'a> = (&'a Scores, Items<'a, Tiny>);

    fn key(&self, _cx: &Context<Tiny>, (scores, items): &(&Scores, Items<'_, Tiny>), item: &i64) -> SortKey {
        assert_eq!(items.len(), 5, "a sorter sees the joined list");
        scores.0.iter().find(|(id, _)| id == item).map_or(SortKey::LAST, |(_, score)| (*score).into())
    }
}

struct FirstTwo;

impl Cut<Tiny> for FirstTwo {
    type Input<'a> = &'a Scores;

    fn range(&self, _cx: &Context<Tiny>, scores: &&Scores, _len: usize) -> Range<usize> {
        0..scores.0.len().min(2)
    }

    fn shows(&self, _cx: &Context<Tiny>, _scores: &&Scores, item: &i64) -> bool {
        *item != 7
    }
}

struct Doubles(Column<i64>);
struct DoubleLoader;

impl Task<Tiny> for DoubleLoader {
    type Output = Doubles;
    type Input<'a> = Page<'a, Tiny>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, page: Page<'_, Tiny>) -> TaskResult<Tiny, Doubles> {
        tokio::task::yield_now().await;
        Ok(Doubles(page.column(page.items().map(|item| item * 2).collect())?))
    }
}

/// A value for each kept item, computed before the page is known.
struct Grades(Column<String, OfKept>);
struct GradeLoader;

impl Task<Tiny> for GradeLoader {
    type Output = Grades;
    type Input<'a> = Kept<'a, Tiny>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, kept: Kept<'_, Tiny>) -> TaskResult<Tiny, Grades> {
        tokio::task::yield_now().await;
        Ok(Grades(kept.column(kept.items().map(|item| format!("grade {item}")).collect())?))
    }
}

#[derive(Debug, PartialEq)]
struct Lines(Vec<String>);
struct LineConverter;

impl Task<Tiny> for LineConverter {
    type Output = Lines;
    type Input<'a> = (Page<'a, Tiny>, Items<'a, Tiny>, Kept<'a, Tiny>, &'a Doubles, &'a Grades);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run<'a>(
        &'a self,
        _cx: &'a Context<Tiny>,
        (page, items, kept, Doubles(doubles), Grades(grades)): Self::Input<'a>,
    ) -> TaskResult<Tiny, Lines> {
        let halves = doubles.map(|double| double / 2);
        let line = |row: Row<'_, i64>| format!("{} {} {}", row.item, doubles.of(row), halves.of(row));
        let sizes = format!("{} of {}, {} of {}", page.len(), page.total(), kept.len(), items.all().len());
        let ordered = page.ordered().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let grades_of_page = page.rows().map(|row| grades.of(kept.row(row)).as_str()).collect::<Vec<_>>().join(", ");
        let lengths = kept.map(|row| grades.of(row).len() + row.item.to_string().len());
        assert!(kept.rows().all(|row| *lengths.of(row) == 8 && *grades.of(row) == format!("grade {}", row.item)));
        Ok(Lines(page.rows().map(line).chain([sizes, ordered, grades_of_page]).collect()))
    }
}

fn definition() -> Definition<Tiny, Lines> {
    Definition::<Tiny>::new("E")
        .items(Numbers)
        .filter(EvenFilter)
        .strong(ScoreLoader)
        .sorter(ScoreSorter)
        .cut(FirstTwo)
        .task(DoubleLoader)
        .task(GradeLoader)
        .task(LineConverter)
        .answer::<Lines>()
}

#[tokio::test(start_paused = true)]
async fn items_kept_and_page_are_the_list_before_filters_before_the_order_and_after_the_cut() {
    for mode in BOTH_MODES {
        let (answer, record) = run(&definition(), &in_mode(mode)).await.into_answer();
        let lines = ["3 6 3", "5 10 5", "2 of 3, 3 of 5", "3 5 1", "grade 3, grade 5"];
        assert_eq!(answer, Ok(Lines(lines.map(str::to_owned).to_vec())), "{mode:?}");
        let rejected: Vec<_> = record.rejected().map(|(item, filter, _)| (item, filter)).collect();
        assert_eq!(rejected, [(4, "EvenFilter"), (2, "EvenFilter")]);
    }
}

#[test]
fn the_edges_of_the_list_are_explained() {
    let plan = Plan::compile(&definition(), &PlanConf::default()).unwrap();
    let text = plan.explain();
    for line in ["ScoreLoader [strong] ← kept", "ScoreSorter ← needs ScoreLoader, list", "DoubleLoader ← page"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_list_without_contributions_is_a_fault_for_each_of_its_readers() {
    let definition = Definition::<Tiny>::new("E").task(ScoreLoader).task(DoubleLoader).answer::<Doubles>();
    let faults = Plan::compile(&definition, &PlanConf::default()).unwrap_err();
    assert_eq!(
        fault_lines(&faults),
        ["ScoreLoader", "DoubleLoader"].map(|task| format!("E: {task}: reads the list, but nothing contributes items"))
    );
}

struct TooEarly;

impl Task<Tiny> for TooEarly {
    type Output = u8;
    type Input<'a> = Kept<'a, Tiny>;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, _cx: &Context<Tiny>, _kept: Kept<'_, Tiny>) -> TaskResult<Tiny, u8> {
        Ok(1)
    }
}

#[test]
fn a_provider_cannot_read_what_the_filters_kept() {
    let faults = Plan::compile(&definition().task(TooEarly), &PlanConf::default()).unwrap_err();
    assert_eq!(
        fault_lines(&faults),
        ["E: TooEarly: reads the kept list, which exists only after the filters: they come after providers"]
    );
}
