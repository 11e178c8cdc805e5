//! The five stages, end to end.

use std::ops::Range;

use crate::{
    test_util::{Tiny, TinyRequest, plan},
    *,
};

struct Numbers(Vec<i64>);
struct NumberProvider;

impl Task<Tiny> for NumberProvider {
    type Output = Numbers;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Numbers> {
        tokio::task::yield_now().await;
        Ok(Numbers((1..=cx.request().user.cast_signed()).collect()))
    }
}

struct NumberItems;

impl ItemProvider<Tiny> for NumberItems {
    type Input<'a> = &'a Numbers;

    fn items(&self, _cx: &Context<Tiny>, Numbers(numbers): &Numbers) -> TaskResult<Tiny, Vec<i64>> {
        Ok(numbers.clone())
    }
}

struct OddFilter;

impl Filter<Tiny> for OddFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> Verdict {
        if item % 2 == 0 { Verdict::Reject("even") } else { Verdict::Keep }
    }
}

struct LargestFirst;

impl Sorter<Tiny> for LargestFirst {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> SortKey {
        SortKey::from(-*item)
    }
}

struct FirstThree;

impl Cut<Tiny> for FirstThree {
    type Input<'a> = ();

    fn range(&self, _cx: &Context<Tiny>, (): &(), _len: usize) -> Range<usize> {
        0..3
    }
}

struct Squares(Column<i64>);
struct SquareLoader;

impl Task<Tiny> for SquareLoader {
    type Output = Squares;
    type Input<'a> = Page<'a, Tiny>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, page: Page<'_, Tiny>) -> TaskResult<Tiny, Squares> {
        Ok(Squares(page.map(|row| row.item * row.item)))
    }
}

#[derive(Debug, PartialEq)]
struct Shown(Vec<(i64, i64)>, usize);
struct PageConverter;

impl Task<Tiny> for PageConverter {
    type Output = Shown;
    type Input<'a> = (Page<'a, Tiny>, &'a Squares);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Tiny>, (page, squares): (Page<'_, Tiny>, &Squares)) -> TaskResult<Tiny, Shown> {
        Ok(Shown(page.rows().map(|row| (*row.item, *squares.0.of(row))).collect(), page.total()))
    }
}

fn definition() -> Definition<Tiny, Shown> {
    Definition::new("Smoke")
        .task(NumberProvider)
        .items(NumberItems)
        .filter(OddFilter)
        .sorter(LargestFirst)
        .cut(FirstThree)
        .task(SquareLoader)
        .task(PageConverter)
        .answer::<Shown>()
}

#[tokio::test(start_paused = true)]
async fn five_stages_make_a_page_in_both_modes() {
    for mode in [Mode::Staged, Mode::Dag] {
        let plan = plan(&definition(), &PlanConf { mode, ..PlanConf::default() });
        let request = TinyRequest { user: 10, ..TinyRequest::default() };
        let (page, record) = Engine::new(&plan, request.into()).run().await.into_answer();
        assert_eq!(page, Ok(Shown(vec![(9, 81), (7, 49), (5, 25)], 5)));
        let rejected: Vec<_> = record.rejected().collect();
        assert_eq!(rejected, [2, 4, 6, 8, 10].map(|item| (item, "OddFilter", "even")));
        assert!(record.tasks().all(|task| *task.outcome == Outcome::Done), "{record:?}");
        assert_eq!(record.tasks().count(), 6);
    }
}
