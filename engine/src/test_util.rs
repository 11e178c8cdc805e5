//! The test kit: one-line fake tasks, a minimal scene, and a recorder of runs (feature `test-util`).
//!
//! Fakes work in any scene, so they can also replace what a task under test reads; [`Definition::fake_shadow`] adds one as
//! a shadow. A branch of a flow needs no fake: it is a closure, and an engine of fakes takes one line. On tokio's
//! paused clock a test states exact instants and takes no time:
//!
//! ```
//! use std::time::Duration;
//! use live_pack_engine::{Definition, Failure, Outcome, PlanConf, Stage, test_util::{Fake, Recorder, Tiny, outcome_of, run}};
//!
//! struct Prices;
//! struct Card(&'static str);
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! let recorder = Recorder::new();
//! let definition = Definition::<Tiny>::new("Demo")
//!     .fake(Fake::<_, Prices>::hang("PriceLoader").stage(Stage::Loaders).on(&recorder))
//!     .fake(Fake::new("CardConverter", |_| Ok(Card("no price"))).maybe::<Prices>().on(&recorder))
//!     .answer::<Card>();
//! let conf = PlanConf { reserve: Duration::from_millis(50), ..PlanConf::default() };
//!
//! let (card, record) = run(&definition, &conf).await.into_answer();
//!
//! assert_eq!(card.map(|card| card.0), Ok("no price"));
//! assert_eq!(outcome_of(&record, "PriceLoader"), Some(Outcome::Failed(Failure::CutOff)));
//! assert_eq!(recorder.started(), ["PriceLoader", "CardConverter"]);
//! assert_eq!(recorder.dropped(), ["PriceLoader"]);
//! assert_eq!(recorder.ended_at("CardConverter"), Some(Duration::from_millis(450)));
//! # });
//! ```

mod fake;
mod recorder;
mod tiny;

use std::sync::Arc;

use crate::{Definition, Engine, Finished, Outcome, Plan, PlanConf, Record, Scene};

pub use fake::{Fake, FakeInputs, Needing, needing};
pub use recorder::Recorder;
pub use tiny::{Tiny, TinyError, TinyRequest};

/// Compiles `definition` with `conf` and runs it once for the default request.
///
/// # Panics
/// With all faults, if the plan has any.
pub async fn run<S, A: 'static>(definition: &Definition<S, A>, conf: &PlanConf) -> Finished<S, A>
where
    S: Scene<Request: Default>,
{
    Engine::new(&plan(definition, conf), Arc::default()).run().await
}

/// Compiles `definition` with `conf`.
///
/// # Panics
/// With all faults, if the plan has any.
#[expect(clippy::panic, reason = "test kit: a test with a faulty plan has failed")]
pub fn plan<S: Scene, A>(definition: &Definition<S, A>, conf: &PlanConf) -> Plan<S, A> {
    match Plan::compile(definition, conf) {
        Ok(plan) => plan,
        Err(faults) => panic!("faults in the plan:\n{}", fault_lines(&faults).join("\n")),
    }
}

/// The faults as lines, as they are logged.
#[must_use]
pub fn fault_lines(faults: &[crate::Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

/// The outcome of `task`; `None` if the plan has no such task.
pub fn outcome_of<S: Scene>(record: &Record<S>, task: &str) -> Option<Outcome<S::Error>> {
    record.tasks().find(|record| record.name == task).map(|record| record.outcome.clone())
}

/// The outcome of each task, in the order of the record.
pub fn outcomes<S: Scene>(record: &Record<S>) -> Vec<(&'static str, Outcome<S::Error>)> {
    record.tasks().map(|task| (task.name, task.outcome.clone())).collect()
}
