//! Values taken by value by their only reader.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use super::{BOTH_MODES, in_mode, ms};
use crate::{
    test_util::{Fake, Tiny, fault_lines, outcome_of, run},
    *,
};

/// Counts its instances.
#[derive(Debug)]
struct Cards(Vec<i64>, Arc<AtomicUsize>);

impl Drop for Cards {
    fn drop(&mut self) {
        self.1.fetch_add(1, SeqCst);
    }
}

/// Not `Clone`: it can only have been moved.
#[derive(Debug)]
struct Answer(Cards, u16);

#[derive(Clone, Copy)]
struct Wait(bool);

impl Task<Tiny> for Wait {
    type Output = Answer;
    type Input<'a> = (Maybe<'a, u8>, Own<Cards>, Own<u16>);
    const STAGE: Stage = Stage::Converters;

    async fn run(
        &self,
        _cx: &Context<Tiny>,
        (_, Own(cards), Own(number)): (Maybe<'_, u8>, Own<Cards>, Own<u16>),
    ) -> TaskResult<Tiny, Answer> {
        if self.0 {
            tokio::time::sleep(ms(5)).await;
        }
        Ok(Answer(cards, number))
    }
}

fn cards(dropped: &Arc<AtomicUsize>) -> Fake<Tiny, Cards> {
    let dropped = Arc::clone(dropped);
    Fake::new("Cards", move |_| Ok(Cards(vec![1, 2], Arc::clone(&dropped)))).stage(Stage::Loaders)
}

#[tokio::test(start_paused = true)]
async fn a_value_is_moved_from_its_writer_to_its_reader() {
    for mode in BOTH_MODES {
        for (waits, delay) in [(false, 0), (true, 0), (false, 7), (true, 7)] {
            let dropped = Arc::default();
            let definition = Definition::<Tiny>::new("E")
                .fake(cards(&dropped).after(ms(delay)))
                .fake(Fake::value("Number", 7_u16).stage(Stage::Loaders).after(ms(3)))
                .fake(Fake::value("Other", 1_u8).stage(Stage::Loaders))
                .task(Wait(waits))
                .answer::<Answer>();
            let (answer, record) = run(&definition, &in_mode(mode)).await.into_answer();
            let Answer(cards, number) = answer.unwrap();
            drop(record);
            assert_eq!((&cards.0[..], number, dropped.load(SeqCst)), (&[1, 2][..], 7, 0));
        }
    }
}

struct NeverNeeded;

impl Task<Tiny> for NeverNeeded {
    type Output = ();
    type Input<'a> = Own<Cards>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    fn need_run(&self, _cx: &Context<Tiny>, cards: &Own<Cards>) -> NeedRun {
        if cards.0.0.len() == 2 { NeedRun::Skip("two_cards") } else { NeedRun::Run }
    }

    async fn run(&self, _cx: &Context<Tiny>, Own(_): Own<Cards>) -> TaskResult<Tiny, ()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_may_look_at_a_value_before_it_takes_it() {
    let dropped = Arc::default();
    let definition = Definition::<Tiny>::new("E")
        .fake(cards(&dropped))
        .task(NeverNeeded)
        .fake(Fake::value("Answer", 1_u64))
        .answer::<u64>();
    let (answer, record) = run(&definition, &PlanConf::default()).await.into_answer();
    assert_eq!(answer, Ok(1));
    assert_eq!(outcome_of(&record, "NeverNeeded"), Some(Outcome::Skipped(SkipReason::NotNeeded("two_cards"))));
    assert_eq!(dropped.load(SeqCst), 1);
}

fn faults(definition: &Definition<Tiny, u64>) -> Vec<String> {
    Plan::compile(definition, &PlanConf::default()).map_or_else(|faults| fault_lines(&faults), |_| Vec::new())
}

fn base() -> Definition<Tiny, u64> {
    let definition = Definition::<Tiny>::new("E").fake(cards(&Arc::default()));
    definition.fake(Fake::value("Answer", 1_u64)).answer::<u64>()
}

#[test]
fn a_second_reader_of_a_value_is_a_fault() {
    let maybe = Fake::value("Other", 2_u8).maybe::<Cards>();
    assert_eq!(
        faults(&base().task(NeverNeeded).fake(maybe)),
        ["E: Other: reads Cards, which NeverNeeded takes by value: it can have no second reader"]
    );
    assert_eq!(
        faults(&base().task(NeverNeeded).task(TakesTwice)),
        ["E: TakesTwice: reads Cards, which NeverNeeded takes by value: it can have no second reader"]
    );
    assert_eq!(
        faults(&base().task(TakesTwice)),
        ["E: TakesTwice: reads Cards, which TakesTwice takes by value: it can have no second reader"]
    );
    let shadow = Fake::value("Shadow", 2_u8).need::<Cards>();
    assert_eq!(
        faults(&base().task(NeverNeeded).fake_shadow(shadow, |_: &Cards, _: &u8| true)),
        [
            "E: Shadow: reads Cards, which NeverNeeded takes by value: it can have no second reader",
            "E: Shadow: shadows Cards, which NeverNeeded takes by value: nothing is left to compare"
        ]
    );
}

struct TakesTwice;

impl Task<Tiny> for TakesTwice {
    type Output = u32;
    type Input<'a> = (&'a Cards, Own<Cards>);
    const STAGE: Stage = Stage::Converters;

    async fn run(&self, _cx: &Context<Tiny>, (_, _): (&Cards, Own<Cards>)) -> TaskResult<Tiny, u32> {
        Ok(1)
    }
}

impl Cut<Tiny> for TakesTwice {
    type Input<'a> = Own<Cards>;

    fn range(&self, _cx: &Context<Tiny>, _cards: &Own<Cards>, len: usize) -> std::ops::Range<usize> {
        0..len
    }
}

impl ItemProvider<Tiny> for TakesTwice {
    type Input<'a> = Own<Found>;

    fn items(&self, _cx: &Context<Tiny>, Own(Found(items)): Own<Found>) -> TaskResult<Tiny, Vec<i64>> {
        Ok(items)
    }
}

struct Found(Vec<i64>);

fn found() -> Fake<Tiny, Found> {
    Fake::new("Found", |_| Ok(Found(vec![1, 2, 3]))).stage(Stage::Providers)
}

#[test]
fn a_cut_cannot_take_a_value() {
    assert_eq!(
        faults(&base().fake(found()).items(TakesTwice).cut(TakesTwice)),
        [
            "E: cut: takes Cards by value, which neither the cut nor a shadow can",
            "E: cut: reads Cards, which Cards produces in a later stage: loaders come after sorters"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn items_move_into_the_list() {
    let definition = base().fake(found()).items(TakesTwice);
    let record = run(&definition, &PlanConf::default()).await.record;
    let contribution = record.tasks().find(|task| task.name == "TakesTwice");
    assert_eq!(contribution.and_then(|task| task.items), Some((0, 3)));
}
