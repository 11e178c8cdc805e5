//! One engine with a task in each of the five stages: the departure board of a station.
//! `cargo run -p live-pack-engine --example five_stages`
//!
//! The clock is paused and calls are simulated by sleeping, so the times in the record are exact.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "an example")]

use std::{sync::Arc, time::Duration};

use live_pack_engine::{
    Column, Context, Definition, Engine, Filter, ItemProvider, Maybe, Own, Page, Plan, PlanConf, Record, Row, Scene,
    SortKey, Sorter, Stage, Subject, Task, TaskResult, Verdict,
};
use tokio::time::sleep;

/// The request: a station, and the minute of the day from which departures are shown.
pub(crate) struct Board {
    pub(crate) station: u64,
    pub(crate) from: u32,
}

/// An item of the list. `leaves` is a minute of the day.
pub(crate) struct Train {
    number: i64,
    leaves: u32,
    to: &'static str,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the delay service does not answer")]
pub(crate) struct Down;

/// The types shared by all tasks of this engine.
pub(crate) struct Departures;

impl Scene for Departures {
    type Request = Board;
    type Item = Train;
    type Stop = ();
    type Error = Down;

    fn subject(board: &Board) -> Subject<'_> {
        Subject { key: board.station, region: "", app_version: 0 }
    }

    fn item_id(train: &Train) -> i64 {
        train.number
    }
}

// --- Providers: a task that fetches the timetable, and a contribution to the list.

struct Timetable(Vec<Train>);
struct TimetableProvider;

impl Task<Departures> for TimetableProvider {
    type Output = Timetable;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, _cx: &Context<Departures>, (): ()) -> TaskResult<Departures, Timetable> {
        sleep(Duration::from_millis(20)).await; // a call, which may take `cx.remaining()`
        let trains = [(12, 485, "Ghent"), (7, 460, "Liège"), (3, 440, "Namur"), (9, 475, "Ostend")];
        Ok(Timetable(trains.map(|(number, leaves, to)| Train { number, leaves, to }).into()))
    }
}

struct Trains;

impl ItemProvider<Departures> for Trains {
    type Input<'a> = Own<Timetable>; // taken by value: no other task may read it

    fn items(&self, _cx: &Context<Departures>, Own(timetable): Own<Timetable>) -> TaskResult<Departures, Vec<Train>> {
        Ok(timetable.0)
    }
}

// --- A filter and a sorter. Neither waits, and both are strong.

struct GoneFilter;

impl Filter<Departures> for GoneFilter {
    type Input<'a> = ();

    fn judge(&self, cx: &Context<Departures>, (): &(), train: &Train) -> Verdict {
        if train.leaves < cx.request().from { Verdict::Reject("gone") } else { Verdict::Keep }
    }
}

struct EarliestFirst;

impl Sorter<Departures> for EarliestFirst {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<Departures>, (): &(), train: &Train) -> SortKey {
        i64::from(train.leaves).into()
    }
}

// --- A loader: one value for each remaining train.

struct Delays(Column<u32>);

/// `answers`: whether the service that it calls is up.
struct DelayLoader {
    answers: bool,
}

impl Task<Departures> for DelayLoader {
    type Output = Delays;
    type Input<'a> = Page<'a, Departures>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Departures>, page: Page<'_, Departures>) -> TaskResult<Departures, Delays> {
        sleep(Duration::from_millis(10)).await;
        if !self.answers {
            return Err(Down.into());
        }
        Ok(Delays(page.column(page.items().map(|train| if train.number == 9 { 4 } else { 0 }).collect())?))
    }
}

// --- A converter: the answer, with or without delays.

#[derive(Debug)]
pub(crate) struct Lines(pub(crate) Vec<String>);
struct BoardConverter;

impl Task<Departures> for BoardConverter {
    type Output = Lines;
    type Input<'a> = (Page<'a, Departures>, Maybe<'a, Delays>);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        _cx: &Context<Departures>,
        (page, delays): (Page<'_, Departures>, Maybe<'_, Delays>),
    ) -> TaskResult<Departures, Lines> {
        let line = |row: Row<'_, Train>| {
            let Train { leaves, to, .. } = row.item;
            let delay = match delays.done().map(|delays| *delays.0.of(row)) {
                Some(0) => " on time".to_owned(),
                Some(minutes) => format!(" +{minutes}"),
                None => String::new(), // unknown, which is not "on time"
            };
            format!("{:02}:{:02} {to}{delay}", leaves / 60, leaves % 60)
        };
        Ok(Lines(page.rows().map(line).collect()))
    }
}

/// The list of tasks. Built once.
pub(crate) fn plan(delays_answer: bool) -> Plan<Departures, Lines> {
    let definition = Definition::<Departures>::new("BoardEngine")
        .strong(TimetableProvider) // no board without a timetable
        .items(Trains)
        .filter(GoneFilter)
        .sorter(EarliestFirst)
        .task(DelayLoader { answers: delays_answer }) // weak: the board does without delays
        .task(BoardConverter)
        .answer::<Lines>();
    let conf = PlanConf { timeout: Duration::from_millis(100), ..PlanConf::default() };
    Plan::compile(&definition, &conf).expect("a plan without faults")
}

/// The lines of the board, and the record of the run.
pub(crate) async fn board(plan: &Plan<Departures, Lines>) -> (Vec<String>, Record<Departures>) {
    let request = Arc::new(Board { station: 1, from: 450 });
    let (answer, record) = Engine::new(plan, request).run().await.into_answer();
    (answer.map(|lines| lines.0).unwrap_or_default(), record)
}

#[allow(dead_code, reason = "the test includes this file for the rest of it")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        println!("{}", plan(true).explain());
        for delays_answer in [true, false] {
            let (lines, record) = board(&plan(delays_answer)).await;
            println!("{}\n  {}\n", lines.join("\n"), record.line());
        }
    });
}
