//! The table of [`crate::Inputs`], cell by cell: the value of an input by its kind and the writer's outcome.

use super::{BOTH_MODES, ms, with_task};
use crate::{
    test_util::{Fake, Tiny, TinyError, outcome_of, run},
    *,
};

/// Not `Clone`: only the engine can pass it on.
struct Datum;
#[derive(Debug, PartialEq)]
struct Seen(String);
#[derive(Debug, PartialEq)]
struct Answer(Option<String>);

const ERROR: TinyError = TinyError("no");

/// `Reader: Input => text about the input;`
macro_rules! readers {
    ($($reader:ident: $input:ty => $see:expr;)*) => {$(
        struct $reader;

        impl Task<Tiny> for $reader {
            type Output = Seen;
            type Input<'a> = $input;
            const STAGE: Stage = Stage::Converters;
            const WAITS: bool = false;

            async fn run<'a>(&'a self, _cx: &'a Context<Tiny>, input: $input) -> TaskResult<Tiny, Seen> {
                Ok(Seen($see(input)))
            }
        }
    )*};
}

readers! {
    Need: &'a Datum => |_: &Datum| "done".to_owned();
    Asks: Maybe<'a, Datum> => see;
    AsksIfWritten: IfWritten<'a, Datum> => |IfWritten(maybe)| see(maybe);
    Takes: Own<Datum> => |Own(Datum)| "done".to_owned();
}

fn see(maybe: Maybe<'_, Datum>) -> String {
    match maybe {
        Maybe::Done(Datum) => "done".to_owned(),
        Maybe::Skipped(reason) => format!("skipped: {reason}"),
        Maybe::Failed => "failed".to_owned(),
    }
}

struct AnswerConverter;

impl Task<Tiny> for AnswerConverter {
    type Output = Answer;
    type Input<'a> = Maybe<'a, Seen>;
    const STAGE: Stage = Stage::Converters;

    async fn run(&self, _cx: &Context<Tiny>, seen: Maybe<'_, Seen>) -> TaskResult<Tiny, Answer> {
        Ok(Answer(seen.done().map(|seen| seen.0.clone())))
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Leaf {
    Need,
    Maybe,
    IfWritten,
    Own,
}

const LEAVES: [Leaf; 4] = [Leaf::Need, Leaf::Maybe, Leaf::IfWritten, Leaf::Own];

impl Leaf {
    fn name(self) -> &'static str {
        match self {
            Self::Need => "Need",
            Self::Maybe => "Asks",
            Self::IfWritten => "AsksIfWritten",
            Self::Own => "Takes",
        }
    }

    fn add(self, definition: Definition<Tiny>, strong: bool) -> Definition<Tiny> {
        match (self, strong) {
            (Self::Need, false) => definition.task(Need),
            (Self::Need, true) => definition.strong(Need),
            (Self::Maybe, false) => definition.task(Asks),
            (Self::Maybe, true) => definition.strong(Asks),
            (Self::IfWritten, false) => definition.task(AsksIfWritten),
            (Self::IfWritten, true) => definition.strong(AsksIfWritten),
            (Self::Own, false) => definition.task(Takes),
            (Self::Own, true) => definition.strong(Takes),
        }
    }
}

/// Writers, each with its configuration and expected outcome.
fn writers() -> Vec<(Fake<Tiny, Datum>, TaskConf, Outcome<TinyError>)> {
    let new = || Fake::new("Writer", |_| Ok(Datum)).stage(Stage::Loaders);
    let fake = |fake: Fake<Tiny, Datum>| fake.stage(Stage::Loaders);
    let failed = Outcome::Failed;
    let plain = TaskConf::default;
    vec![
        (new(), plain(), Outcome::Done),
        (new().after(ms(30)), plain(), Outcome::Done),
        (fake(Fake::skip("Writer", "why")), plain(), Outcome::Skipped(SkipReason::NotNeeded("why"))),
        (fake(Fake::error("Writer", ERROR)), plain(), failed(Failure::Error(ERROR))),
        (fake(Fake::error("Writer", ERROR)).after(ms(30)), plain(), failed(Failure::Error(ERROR))),
        (fake(Fake::panic("Writer")), plain(), failed(Failure::Panicked)),
        (fake(Fake::panic("Writer")).after(ms(30)), plain(), failed(Failure::Panicked)),
        (
            fake(Fake::hang("Writer")),
            TaskConf { timeout: Some(ms(50)), ..TaskConf::default() },
            failed(Failure::TimedOut),
        ),
        (fake(Fake::hang("Writer")), plain(), failed(Failure::CutOff)),
    ]
}

/// Writers that a plan may lack only if no reader needs them.
fn left_out() -> Vec<(Fake<Tiny, Datum>, TaskConf, Outcome<TinyError>)> {
    let new = || Fake::new("Writer", |_| Ok(Datum)).stage(Stage::Loaders);
    let off = TaskConf { enabled: Some(false), ..TaskConf::default() };
    let nobody = Some(Rollout { percent: 0.0, ..Rollout::default() });
    vec![
        (new(), off, Outcome::Skipped(SkipReason::SwitchedOff)),
        (new(), TaskConf { rollout: nobody, ..TaskConf::default() }, Outcome::Skipped(SkipReason::RolledOutToOthers)),
    ]
}

/// Outcome of the reader, and its text if it runs.
fn expected(leaf: Leaf, strong: bool, writer: &Outcome<TinyError>) -> (Outcome<TinyError>, Option<String>) {
    let needs = matches!(leaf, Leaf::Need | Leaf::Own);
    let dependency_failed = (Outcome::Failed(Failure::DependencyFailed("Writer")), None);
    match writer {
        Outcome::Done => (Outcome::Done, Some("done".to_owned())),
        Outcome::Skipped(_) if needs && strong => dependency_failed,
        Outcome::Skipped(_) if needs => (Outcome::Skipped(SkipReason::NoInput("Writer")), None),
        Outcome::Skipped(reason) => (Outcome::Done, Some(format!("skipped: {reason}"))),
        Outcome::Failed(_) if needs => dependency_failed,
        Outcome::Failed(_) => (Outcome::Done, Some("failed".to_owned())),
        Outcome::Cancelled => unreachable!("nothing ends the engine before the writer"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_sees_its_input_as_in_the_table() {
    let mut cells = 0;
    for (mode, leaf, strong) in BOTH_MODES
        .into_iter()
        .flat_map(|mode| LEAVES.into_iter().flat_map(move |leaf| [false, true].map(|strong| (mode, leaf, strong))))
    {
        let allowed = if matches!(leaf, Leaf::Need | Leaf::Own) { Vec::new() } else { left_out() };
        for (writer, conf, outcome) in writers().into_iter().chain(allowed) {
            let definition = leaf.add(Definition::<Tiny>::new("Table").fake(writer), strong);
            let definition = definition.task(AnswerConverter).answer::<Answer>();
            let (answer, record) = run(&definition, &with_task(mode, "Writer", conf)).await.into_answer();
            let (reader, seen) = expected(leaf, strong, &outcome);
            let case = format!("{mode:?}, {leaf:?}, strong: {strong}, {outcome:?}");
            assert_eq!(outcome_of(&record, "Writer"), Some(outcome), "{case}");
            assert_eq!(outcome_of(&record, leaf.name()).as_ref(), Some(&reader), "{case}");
            let ends = strong && reader != Outcome::Done;
            let error = EngineError::DependencyFailed { task: leaf.name(), needs: "Writer" };
            assert_eq!(answer, if ends { Err(error) } else { Ok(Answer(seen)) }, "{case}");
            cells += 1;
        }
    }
    assert_eq!(cells, 2 * 2 * (2 * 9 + 2 * 11));
}

#[tokio::test(start_paused = true)]
async fn a_datum_without_a_task_reads_as_not_in_the_plan_where_that_is_allowed() {
    let definition = Definition::<Tiny>::new("E").task(AsksIfWritten).task(AnswerConverter).answer::<Answer>();
    let (answer, _) = run(&definition, &PlanConf::default()).await.into_answer();
    assert_eq!(answer, Ok(Answer(Some("skipped: not in the plan".to_owned()))));
}
