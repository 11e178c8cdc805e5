//! Flows: engines and plain steps in sequence and concurrently, for requests that need more than one list.
//!
//! A [`Flow`] is a sequence of named steps over a business context that the caller defines; nothing of the framework is in
//! it. It is built once, checked as a whole, and run for each request. There are three kinds of steps:
//!
//! - [`FlowDefinition::step`]: a type that implements [`Step`] and may wait;
//! - [`FlowDefinition::sync`]: a closure that never waits;
//! - [`FlowDefinition::fork`]: concurrent branches, each with its own context, and a merge that gets all outcomes in
//!   declared order ([`FlowDefinition::fork_then`] if the merge waits). [`Fork::each`] makes a number of branches known
//!   only at run time, such as one per recall source.
//!
//! A branch is a closure, or a type of its own that runs an engine or another flow ([`Fork::branch`]). Configuration can
//! switch a weak branch off, or make it strong, by its name ([`FlowDefinition::build_with`]).
//!
//! Each step returns what comes [`Next`]. A step can jump only to a step that it has declared, at most the declared number
//! of times, and only while the declared time is left; a refused jump is recorded, and the flow continues with the next step.
//!
//! ```
//! use std::time::Duration;
//! use live_pack_engine::flow::{BranchOutcome, Business, Flow, Fork, Jump, Next};
//! use tokio::time::{Instant, sleep};
//!
//! /// What the flow is about: a context that borrows from the request, and an error.
//! struct Search;
//!
//! struct Hits<'r> { query: &'r str, rounds: u32, found: Vec<String>, hint: Option<String> }
//!
//! #[derive(Debug, thiserror::Error)]
//! #[error("the index does not answer")]
//! struct Down;
//!
//! impl Business for Search {
//!     type Context<'r> = Hits<'r>;
//!     type Error = Down;
//! }
//!
//! async fn index(query: String, page: u32) -> Result<Vec<String>, Down> {
//!     Ok(vec![format!("{query} {page}")])
//! }
//!
//! async fn spelling() -> Result<String, Down> {
//!     sleep(Duration::from_secs(5)).await;
//!     Ok("did you mean …".to_owned())
//! }
//!
//! // Resident: built once, all faults of it are reported here.
//! let flow: Flow<Search> = Flow::define("Search")
//!     .fork(
//!         "ask",
//!         Fork::<Search>::all()
//!             .strong("index", |hits| index(hits.query.to_owned(), hits.rounds))
//!             .weak("spelling", |_| spelling()).timeout(Duration::from_millis(40)),
//!         |hits, (found, hint), _turn| {
//!             hits.rounds += 1;
//!             hits.found.extend(found); // strong: it is there
//!             hits.hint = hint.done(); // weak: done, skipped or failed
//!             Ok(Next::Next)
//!         },
//!     )
//!     .sync("enough", |hits, _turn| if hits.found.len() < 2 { Ok(Next::Jump("ask")) } else { Ok(Next::Finish) })
//!     .may_jump(Jump { to: "ask", at_most: 3, while_left: Duration::from_millis(50) })
//!     .build()
//!     .expect("no faults");
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! // Per request: a context, and until when.
//! let mut hits = Hits { query: "hat", rounds: 0, found: vec![], hint: None };
//! let (ended, record) = flow.run(&mut hits, Instant::now() + Duration::from_millis(300)).await;
//!
//! assert!(ended.is_ok());
//! assert_eq!(hits.found, ["hat 0", "hat 1"]);
//! assert_eq!(record.line(), "Search 80.000ms; spelling failed: timed out; enough jumped to ask; spelling (round 2) failed: timed out");
//! # });
//! ```
//!
//! # Guarantees of a flow
//!
//! - **Strong and weak**: a strong branch that fails ends the flow at once with its typed error, and the others are
//!   cancelled; the outcome of a weak one is left to the merge.
//! - **Joins**: [`Fork::all`] waits for all branches, [`Fork::first`] for the first that is done, [`Fork::quorum`] for a
//!   given number; the remaining ones are cancelled. A join that can no longer be met ends the flow at once.
//! - **Time**: a flow ends by its deadline, and a branch by its own timeout. At the deadline, weak branches of
//!   [`Fork::all`] are cut off and merged as timed out; anything else that still waits ends the flow. Code that never
//!   waits (merges and [`FlowDefinition::sync`]) runs even then, with the available data. A merge that may wait is polled once.
//! - **Panics** of a step end the flow; those of a branch are its outcome. The payload goes only to the log.
//! - **Nothing of a flow runs once it has ended**: cancelled branches are gone, with everything their engines had spawned.
//! - Everything happens in the task of the request: branches are polled in place, and only if they were woken.

mod alarm;
mod branch;
mod definition;
mod drive;
mod each;
mod error;
mod explain;
mod fork;
mod log;
mod outcome;
mod record;
mod shape;
mod step;
mod tuple;
mod wakers;

use std::{pin::pin, sync::Arc};

use tokio::time::{Instant, sleep_until};

use crate::Outcome;
use log::Log;
use step::{Begun, Body};

pub use branch::{Branch, Closure, Strong, View, Weak};
pub use definition::FlowDefinition;
pub use each::{BegunEach, Each};
pub use error::{FlowError, FlowErrorOf};
pub use fork::{Fork, Merge};
pub use log::{Attach, Taken, Turn};
pub use outcome::BranchOutcome;
pub use record::{FlowRecord, StepRecord};
pub use shape::{All, BranchConf, Join, Jump, Race};
pub use step::{Next, Step};
pub use tuple::{Branches, Push};

/// The business type of a flow: its context and its error.
pub trait Business: Send + Sync + 'static {
    /// The context, defined by the caller; `'r` is the lifetime of borrowed data, if any.
    type Context<'r>: Send;
    /// The error of steps and strong branches.
    type Error: std::error::Error + Send + 'static;
}

/// A sequence of named steps, checked and frozen. Resident and cheap to clone: built once, run for each request.
pub struct Flow<K: Business> {
    shape: Arc<shape::Shape>,
    bodies: Arc<[Box<dyn Body<K>>]>,
}

impl<K: Business> Clone for Flow<K> {
    fn clone(&self) -> Self {
        Self { shape: Arc::clone(&self.shape), bodies: Arc::clone(&self.bodies) }
    }
}

impl<K: Business> std::fmt::Debug for Flow<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("name", &self.shape.flow).finish_non_exhaustive()
    }
}

impl<K: Business> Flow<K> {
    /// A flow without steps.
    #[must_use]
    pub const fn define(name: &'static str) -> FlowDefinition<K> {
        FlowDefinition::new(name)
    }

    /// The name of the flow.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shape.flow
    }

    /// Runs the steps over `cx`, at most until `until` or the flow's own timeout. Dropping the future ends them.
    ///
    /// The result of the flow is in `cx`; the record describes the run.
    ///
    /// # Errors
    /// A failed step or strong branch, or a timeout; `cx` is as the steps left it.
    pub async fn run(&self, cx: &mut K::Context<'_>, until: Instant) -> (Result<(), FlowErrorOf<K>>, FlowRecord) {
        let start = Instant::now();
        let deadline = self.shape.timeout.map_or(until, |timeout| until.min(start + timeout));
        let mut log = Log::new(Arc::clone(&self.shape), start);
        let mut sleep = pin!(sleep_until(deadline));
        let ended = self.sequence(cx, &mut log, deadline, alarm::Alarm(sleep.as_mut())).await;
        (ended, FlowRecord::new(log))
    }

    async fn sequence(
        &self,
        cx: &mut K::Context<'_>,
        log: &mut Log,
        deadline: Instant,
        mut alarm: alarm::Alarm<'_>,
    ) -> Result<(), FlowErrorOf<K>> {
        let mut place = 0;
        while let Some(body) = self.bodies.get(place) {
            let (line, round) = log.begin(place);
            let turn = Turn { log, line, place, round, deadline };
            let ended = match body.begin(cx, turn, alarm.reborrow()) {
                Begun::Ended(ended) => ended,
                Begun::Waits(work) => work.await,
            };
            log.read_clock();
            let next = ended.and_then(|next| self.after(place, next, log, deadline));
            match next {
                Ok((taken, next)) => {
                    log.end_line(line, Outcome::Done);
                    log.taken(line, taken);
                    place = next;
                }
                Err(error) => {
                    log.end_line(line, error.told(log.name(place)));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The index of the next step; beyond the last step the flow ends.
    fn after(&self, place: usize, next: Next, log: &Log, deadline: Instant) -> Result<(Taken, usize), FlowErrorOf<K>> {
        let to = match next {
            Next::Next => return Ok((Taken::Next, place + 1)),
            Next::Finish => return Ok((Taken::Finished, self.bodies.len())),
            Next::Jump(to) => to,
        };
        let jumps = self.shape.steps.get(place).map_or(&[][..], |step| &step.jumps);
        let Some((jump, target)) = jumps.iter().find(|(jump, _)| jump.to == to) else {
            tracing::error!(
                flow = self.shape.flow,
                step = log.name(place),
                to,
                "step requested a jump that it has not declared"
            );
            return Err(FlowError::Undeclared { at: log.name(place), to });
        };
        let remaining = deadline.saturating_duration_since(log.now());
        if log.jumps(place, to) >= jump.at_most as usize {
            Ok((Taken::Refused { to, why: "too often" }, place + 1))
        } else if remaining.is_zero() || remaining < jump.while_left {
            Ok((Taken::Refused { to, why: "too little time" }, place + 1))
        } else {
            Ok((Taken::Jumped { to }, *target))
        }
    }
}

#[cfg(test)]
mod tests;
