//! Programming errors in tasks that show only at run time: each ends its task and is named.

use super::{BOTH_MODES, in_mode, ms};
use crate::{
    test_util::{Fake, Tiny, outcome_of, run},
    *,
};

/// Declares that it never waits, but waits.
struct Waits;

impl Task<Tiny> for Waits {
    type Output = u8;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, u8> {
        tokio::time::sleep(ms(1)).await;
        Ok(1)
    }
}

impl Filter<Tiny> for Waits {
    type Input<'a> = ();

    async fn judge_all(&self, _cx: &Context<Tiny>, (): (), _items: &[i64]) -> TaskResult<Tiny, Rejections> {
        tokio::time::sleep(ms(1)).await;
        Ok(Rejections::default())
    }
}

struct OneTwoThree;

impl ItemProvider<Tiny> for OneTwoThree {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(vec![1, 2, 3])
    }
}

fn base() -> Definition<Tiny, u64> {
    Definition::<Tiny>::new("E").items(OneTwoThree).fake(Fake::value("Answer", 1_u64)).answer::<u64>()
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_despite_its_declaration_has_failed() {
    for mode in BOTH_MODES {
        let fault = TaskFault::Waited;
        let (answer, record) = run(&base().task(Waits), &in_mode(mode)).await.into_answer();
        assert_eq!(answer, Ok(1));
        assert_eq!(outcome_of(&record, "Waits"), Some(Outcome::Failed(Failure::Fault(fault))));
        assert_eq!(record.line(), "E 0.000ms; Waits failed: waited although its WAITS is false");
        for definition in [base().strong(Waits), base().filter(Waits)] {
            let (answer, _) = run(&definition, &in_mode(mode)).await.into_answer();
            assert_eq!(answer, Err(EngineError::Fault { task: "Waits", fault }));
        }
    }
}

/// Returns a column with this many values.
struct Leaves(u32);

impl Task<Tiny> for Leaves {
    type Output = Column<u32>;
    type Input<'a> = Page<'a, Tiny>;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Tiny>, page: Page<'_, Tiny>) -> TaskResult<Tiny, Column<u32>> {
        page.column((0..self.0).collect())
    }
}

/// Returns a column with this many values for the kept list.
struct LeavesForKept(u32);

impl Task<Tiny> for LeavesForKept {
    type Output = Column<u32, OfKept>;
    type Input<'a> = Kept<'a, Tiny>;
    const STAGE: Stage = Stage::Sorters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Tiny>, kept: Kept<'_, Tiny>) -> TaskResult<Tiny, Column<u32, OfKept>> {
        kept.column((0..self.0).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn a_column_has_one_value_for_each_kept_item() {
    for values in [2, 3, 4] {
        let (_, record) = run(&base().task(LeavesForKept(values)), &PlanConf::default()).await.into_answer();
        let fault = TaskFault::WrongLength { rows: 3, values };
        let expected = if values == 3 { Outcome::Done } else { Outcome::Failed(Failure::Fault(fault)) };
        assert_eq!(outcome_of(&record, "LeavesForKept"), Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_column_has_one_value_for_each_row_of_the_page() {
    for values in [0, 2, 3, 4] {
        let (_, record) = run(&base().task(Leaves(values)), &PlanConf::default()).await.into_answer();
        let fault = TaskFault::WrongLength { rows: 3, values };
        let expected = if values == 3 { Outcome::Done } else { Outcome::Failed(Failure::Fault(fault)) };
        assert_eq!(outcome_of(&record, "Leaves"), Some(expected));
        if values == 2 {
            assert_eq!(record.line(), "E 0.000ms; Leaves failed: has 2 values for 3 rows");
        }
    }
}
