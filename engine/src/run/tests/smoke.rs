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
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<Tiny>) -> TaskResult<Tiny, Numbers> {
        tokio::task::yield_now().await;
        Ok(Numbers((1..=cx.request().user.cast_signed()).collect()))
    }
}

struct NumberItems;

impl Items<Tiny> for NumberItems {
    fn reads(&self) -> Reads {
        Reads::none().need::<Numbers>()
    }

    fn items(&self, cx: &Context<Tiny>) -> TaskResult<Tiny, Vec<i64>> {
        Ok(cx.need::<Numbers>()?.0.clone())
    }
}

struct OddFilter;

impl Filter<Tiny> for OddFilter {
    fn judge(&self, _cx: &Context<Tiny>, item: &i64) -> Verdict {
        if item % 2 == 0 { Verdict::Reject("even") } else { Verdict::Keep }
    }
}

struct LargestFirst;

impl Sorter<Tiny> for LargestFirst {
    fn key(&self, _cx: &Context<Tiny>, item: &i64) -> SortKey {
        SortKey::from(*item).reversed()
    }
}

struct FirstThree;

impl Cut<Tiny> for FirstThree {
    fn range(&self, _cx: &Context<Tiny>, _len: usize) -> Range<usize> {
        0..3
    }
}

struct Squares(Vec<i64>);
struct SquareLoader;

impl Task<Tiny> for SquareLoader {
    type Output = Squares;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    async fn run(&self, cx: &Context<Tiny>) -> TaskResult<Tiny, Squares> {
        Ok(Squares(cx.list().page().map(|item| item * item).collect()))
    }
}

#[derive(Debug, PartialEq)]
struct Page(Vec<(i64, i64)>, usize);
struct PageConverter;

impl SyncTask<Tiny> for PageConverter {
    type Output = Page;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none().need::<Squares>().page()
    }

    fn run(&self, cx: &Context<Tiny>) -> TaskResult<Tiny, Page> {
        let squares = &cx.need::<Squares>()?.0;
        Ok(Page(cx.list().page().copied().zip(squares.iter().copied()).collect(), cx.list().total()))
    }
}

fn definition() -> Definition<Tiny, Page> {
    Definition::new("Smoke")
        .task(NumberProvider)
        .items(NumberItems)
        .filter(OddFilter)
        .sorter(LargestFirst)
        .cut(FirstThree)
        .task(SquareLoader)
        .sync(PageConverter)
        .answer::<Page>()
}

#[tokio::test(start_paused = true)]
async fn five_stages_make_a_page_in_both_modes() {
    for mode in [Mode::Staged, Mode::Dag] {
        let plan = plan(&definition(), &PlanConf { mode, ..PlanConf::default() });
        let request = TinyRequest { user: 10, ..TinyRequest::default() };
        let (page, record) = Engine::new(&plan, request.into()).run().await.into_answer();
        assert_eq!(page, Ok(Page(vec![(9, 81), (7, 49), (5, 25)], 5)));
        let rejected: Vec<_> = record.rejected().collect();
        assert_eq!(rejected, [2, 4, 6, 8, 10].map(|item| (item, "OddFilter", "even")));
        assert!(record.tasks().all(|task| *task.outcome == Outcome::Done), "{record:?}");
        assert_eq!(record.tasks().count(), 6);
    }
}
