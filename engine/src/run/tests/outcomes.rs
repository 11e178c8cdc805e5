//! The inputs of a reader: every cell of the table of outcomes.

use super::{BOTH_MODES, ms, with_task};
use crate::{
    test_util::{Fake, FakeInputs, Tiny, TinyError, outcome_of, run},
    *,
};

#[derive(Clone)]
struct Datum;
#[derive(Clone, Debug, PartialEq)]
struct Seen(String);
#[derive(Debug, PartialEq)]
struct Answer(Option<Seen>);

const ERROR: TinyError = TinyError("no");

/// The outcome of the writer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Writer {
    Done,
    DoneLater,
    NotNeeded,
    SwitchedOff,
    RolledOut,
    NoInput,
    Error,
    ErrorLater,
    Panic,
    PanicLater,
    TimedOut,
    CutOff,
    DependencyFailed,
}

const SKIPPED: [Writer; 4] = [Writer::NotNeeded, Writer::NoInput, Writer::SwitchedOff, Writer::RolledOut];
const FAILED: [Writer; 7] = [
    Writer::Error,
    Writer::ErrorLater,
    Writer::Panic,
    Writer::PanicLater,
    Writer::TimedOut,
    Writer::CutOff,
    Writer::DependencyFailed,
];

impl Writer {
    fn task(self) -> Fake<Tiny, Datum> {
        let later = ms(30);
        match self {
            Self::Done | Self::SwitchedOff | Self::RolledOut => Fake::value("W", Datum),
            Self::DoneLater => Fake::value("W", Datum).after(later),
            Self::NotNeeded => Fake::skip("W", "no_list"),
            Self::NoInput | Self::DependencyFailed => Fake::value("W", Datum).need::<Source>(),
            Self::Error => Fake::error("W", ERROR),
            Self::ErrorLater => Fake::error("W", ERROR).after(later),
            Self::Panic => Fake::panic("W"),
            Self::PanicLater => Fake::panic("W").after(later),
            Self::TimedOut | Self::CutOff => Fake::hang("W"),
        }
        .stage(Stage::Loaders)
    }

    fn conf(self) -> TaskConf {
        match self {
            Self::SwitchedOff => TaskConf { enabled: Some(false), ..TaskConf::default() },
            Self::RolledOut => {
                TaskConf { rollout: Some(Rollout { percent: 0.0, ..Rollout::default() }), ..TaskConf::default() }
            }
            Self::TimedOut => TaskConf { timeout: Some(ms(50)), ..TaskConf::default() },
            _ => TaskConf::default(),
        }
    }

    fn outcome(self) -> Outcome<TinyError> {
        let skipped = Outcome::Skipped;
        match self {
            Self::Done | Self::DoneLater => Outcome::Done,
            Self::NotNeeded => skipped(SkipReason::NotNeeded("no_list")),
            Self::SwitchedOff => skipped(SkipReason::SwitchedOff),
            Self::RolledOut => skipped(SkipReason::RolledOutToOthers),
            Self::NoInput => skipped(SkipReason::NoInput("S")),
            Self::Error | Self::ErrorLater => Outcome::Failed(Failure::Error(ERROR)),
            Self::Panic | Self::PanicLater => Outcome::Failed(Failure::Panicked),
            Self::TimedOut => Outcome::Failed(Failure::TimedOut),
            Self::CutOff => Outcome::Failed(Failure::CutOff),
            Self::DependencyFailed => Outcome::Failed(Failure::DependencyFailed("S")),
        }
    }

    /// The result of the engine if the writer is strong.
    fn as_strong(self) -> EngineErrorOf<Tiny> {
        match self {
            Self::Error | Self::ErrorLater => EngineError::Task { task: "W", error: ERROR },
            Self::Panic | Self::PanicLater => EngineError::Panic { task: "W" },
            Self::TimedOut => EngineError::TaskTimeout { task: "W" },
            Self::CutOff => EngineError::Timeout { waiting_for: "W" },
            Self::NoInput | Self::DependencyFailed => EngineError::DependencyFailed { task: "W", needs: "S" },
            _ => unreachable!("{self:?} does not fail"),
        }
    }
}

#[derive(Clone)]
struct Source;

fn source(writer: Writer) -> Fake<Tiny, Source> {
    match writer {
        Writer::NoInput => Fake::skip("S", "nothing"),
        Writer::DependencyFailed => Fake::error("S", ERROR),
        _ => Fake::value("S", Source),
    }
    .stage(Stage::Providers)
}

fn need() -> Fake<Tiny, Seen> {
    let see = |inputs: &FakeInputs<'_, Tiny>| {
        let Datum = inputs.need();
        Ok(Seen("the value".into()))
    };
    Fake::new("R", see).need::<Datum>()
}

fn maybe() -> Fake<Tiny, Seen> {
    let see = |inputs: &FakeInputs<'_, Tiny>| match inputs.maybe() {
        Maybe::Done(Datum) => Ok(Seen("the value".into())),
        Maybe::Skipped(reason) => Ok(Seen(format!("skipped: {reason}"))),
        Maybe::Failed => Ok(Seen("failed".into())),
    };
    Fake::new("R", see).maybe::<Datum>()
}

struct Ended {
    answer: Result<Answer, EngineErrorOf<Tiny>>,
    writer: Outcome<TinyError>,
    reader: Outcome<TinyError>,
}

async fn play(mode: Mode, writer: Writer, writer_task: Fake<Tiny, Datum>, reader: Fake<Tiny, Seen>) -> Ended {
    let see = |inputs: &FakeInputs<'_, Tiny>| Ok(Answer(inputs.maybe::<Seen>().done().cloned()));
    let definition = Definition::<Tiny>::new("Table")
        .fake(source(writer))
        .fake(writer_task)
        .fake(reader)
        .fake(Fake::new("A", see).maybe::<Seen>())
        .answer::<Answer>();
    let conf = PlanConf { mode, ..with_task("W", writer.conf()) };
    let (answer, record) = run(&definition, &conf).await.into_answer();
    let outcome = |task| outcome_of(&record, task).unwrap();
    Ended { answer, writer: outcome("W"), reader: outcome("R") }
}

#[tokio::test(start_paused = true)]
async fn a_reader_of_a_datum_gets_the_value() {
    for mode in BOTH_MODES {
        for writer in [Writer::Done, Writer::DoneLater] {
            for reader in [need(), need().strong(), maybe(), maybe().strong()] {
                let ended = play(mode, writer, writer.task(), reader).await;
                assert_eq!(ended.answer, Ok(Answer(Some(Seen("the value".into())))), "{writer:?}");
                assert_eq!((ended.writer, ended.reader), (Outcome::Done, Outcome::Done));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_weak_reader_that_needs_a_skipped_datum_is_skipped_for_lack_of_input() {
    for mode in BOTH_MODES {
        for writer in [Writer::NotNeeded, Writer::NoInput] {
            let ended = play(mode, writer, writer.task(), need()).await;
            assert_eq!(ended.answer, Ok(Answer(None)), "{writer:?}");
            assert_eq!(ended.writer, writer.outcome());
            assert_eq!(ended.reader, Outcome::Skipped(SkipReason::NoInput("W")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_reader_that_needs_a_skipped_datum_ends_the_engine() {
    for mode in BOTH_MODES {
        for writer in [Writer::NotNeeded, Writer::NoInput] {
            let ended = play(mode, writer, writer.task(), need().strong()).await;
            assert_eq!(ended.answer, Err(EngineError::DependencyFailed { task: "R", needs: "W" }), "{writer:?}");
            assert_eq!(ended.reader, Outcome::Failed(Failure::DependencyFailed("W")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_with_maybe_sees_why_a_datum_was_skipped() {
    for mode in BOTH_MODES {
        for writer in SKIPPED {
            for reader in [maybe(), maybe().strong()] {
                let ended = play(mode, writer, writer.task(), reader).await;
                let Outcome::Skipped(reason) = writer.outcome() else { unreachable!() };
                assert_eq!(ended.answer, Ok(Answer(Some(Seen(format!("skipped: {reason}"))))));
                assert_eq!((ended.writer, ended.reader), (writer.outcome(), Outcome::Done));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_weak_reader_that_needs_a_failed_datum_has_failed() {
    for mode in BOTH_MODES {
        for writer in FAILED {
            let ended = play(mode, writer, writer.task(), need()).await;
            assert_eq!(ended.answer, Ok(Answer(None)), "{writer:?}");
            assert_eq!(ended.writer, writer.outcome());
            assert_eq!(ended.reader, Outcome::Failed(Failure::DependencyFailed("W")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_reader_that_needs_a_failed_datum_ends_the_engine() {
    for mode in BOTH_MODES {
        for writer in FAILED {
            let ended = play(mode, writer, writer.task(), need().strong()).await;
            assert_eq!(ended.answer, Err(EngineError::DependencyFailed { task: "R", needs: "W" }), "{writer:?}");
            assert_eq!(ended.writer, writer.outcome());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_with_maybe_sees_that_a_datum_failed() {
    for mode in BOTH_MODES {
        for writer in FAILED {
            for reader in [maybe(), maybe().strong()] {
                let ended = play(mode, writer, writer.task(), reader).await;
                assert_eq!(ended.answer, Ok(Answer(Some(Seen("failed".into())))), "{writer:?}");
                assert_eq!((ended.writer, ended.reader), (writer.outcome(), Outcome::Done));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_writer_that_fails_ends_the_engine_before_any_read() {
    for mode in BOTH_MODES {
        for writer in FAILED.into_iter().chain([Writer::NoInput]) {
            for reader in [need(), need().strong(), maybe(), maybe().strong()] {
                let ended = play(mode, writer, writer.task().strong(), reader).await;
                assert_eq!(ended.answer, Err(writer.as_strong()), "{writer:?}");
                assert_eq!(ended.reader, Outcome::Cancelled, "{writer:?}");
            }
        }
    }
}

/// Reports how it sees a datum that its plan may lack.
struct Shared;

impl Task<Tiny> for Shared {
    type Output = Answer;
    type Input<'a> = IfWritten<'a, Datum>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<Tiny>, IfWritten(datum): IfWritten<'_, Datum>) -> TaskResult<Tiny, Answer> {
        Ok(Answer(Some(Seen(match datum {
            Maybe::Done(_) => "done".into(),
            Maybe::Skipped(reason) => reason.to_string(),
            Maybe::Failed => "failed".into(),
        }))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_of_several_engines_reads_what_its_plan_has() {
    for mode in BOTH_MODES {
        let alone = Definition::new("E").task(Shared).answer::<Answer>();
        let beside = Definition::new("E").fake(Fake::value("W", Datum)).task(Shared).answer::<Answer>();
        for (definition, expected) in [(alone, "not in the plan"), (beside, "done")] {
            let conf = PlanConf { mode, ..PlanConf::default() };
            let (answer, _) = run(&definition, &conf).await.into_answer();
            assert_eq!(answer, Ok(Answer(Some(Seen(expected.into())))), "{mode:?}");
        }
    }
}
