//! What came of an engine, or of an answer put together from several: the answer or why not, and what was lost.

use live_pack_dal::{Error, Notes};
use live_pack_engine::{
    EngineError, Failure as EngineFailure, Record,
    flow::{BranchOutcome, FlowError},
};
use live_pack_entities::scene::{LiveScene, Stop};

use crate::{
    degraded::Losses,
    status::{Status, code},
};

/// A part of an answer.
#[derive(Debug)]
pub(crate) struct Part<A> {
    /// What came of it.
    pub(crate) outcome: Result<A, Failure>,
    /// What it had to do without.
    pub(crate) losses: Losses,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", status.message)]
pub(crate) struct Failure {
    /// For the caller, where the answer cannot do without this part.
    pub(crate) status: Status,
    /// For the caller, where it can. Boxed, so that a result is not much larger than its answer.
    losses: Box<Losses>,
    /// For the log; `None`: a business rule ended the engine on purpose.
    pub(crate) record: Option<String>,
}

impl<A> Part<A> {
    /// What came of an engine.
    pub(crate) fn of<S: LiveScene>(
        answer: Result<A, EngineError<Error, Stop>>,
        record: &Record<S>,
        notes: &Notes,
    ) -> Self {
        let mut losses = Losses::default();
        let outcome = match answer {
            Ok(answer) => {
                losses.add(record, notes);
                Ok(answer)
            }
            Err(error) => {
                let mut lost = Losses::default();
                lost.add_engine(record, &error);
                let stopped = matches!(error, EngineError::Stop(_));
                let record = (!stopped).then(|| record.line());
                Err(Failure { status: Status::of(&error), losses: Box::new(lost), record })
            }
        };
        Self { outcome, losses }
    }

    /// Nothing, because a business rule said so.
    pub(crate) fn stopped(status: Status) -> Self {
        let failure = Failure { status, losses: Box::default(), record: None };
        Self { outcome: Err(failure), losses: Losses::default() }
    }

    /// The same part with another answer.
    pub(crate) fn map<B>(self, change: impl FnOnce(A) -> B) -> Part<B> {
        Part { outcome: self.outcome.map(change), losses: self.losses }
    }

    /// The part as a branch of a flow.
    ///
    /// # Errors
    /// The part failed.
    pub(crate) fn branch(self) -> Result<(A, Losses), Failure> {
        self.outcome.map(|answer| (answer, self.losses))
    }

    /// The answer of a part that the whole can do without. What was lost is handed over to the whole.
    pub(crate) fn weak(self, whole: &mut Losses) -> Option<A> {
        whole.merge(self.losses);
        self.outcome.map_err(|failure| whole.merge(*failure.losses)).ok()
    }
}

/// What a weak branch of a flow left. What was lost is handed over to the whole.
pub(crate) fn weak<A>(
    branch: BranchOutcome<(A, Losses), Failure>,
    name: &'static str,
    whole: &mut Losses,
) -> Option<A> {
    let failure = match branch {
        BranchOutcome::Done((answer, losses)) => {
            whole.merge(losses);
            return Some(answer);
        }
        BranchOutcome::Skipped(_) | BranchOutcome::Cancelled => return None,
        BranchOutcome::Failed(EngineFailure::Error(failure)) => *failure.losses,
        // a branch that did not come to say what it lost
        BranchOutcome::Failed(EngineFailure::Panicked) => Losses::of(name, code::TASK_PANIC, "could not be made"),
        BranchOutcome::Failed(_) => Losses::of(name, code::ENGINE_TIMEOUT, "took too long"),
    };
    whole.merge(failure);
    None
}

impl Failure {
    /// A business rule that ended an engine on purpose.
    pub(crate) const fn is_stop(&self) -> bool {
        self.record.is_none()
    }

    /// Why a flow ended.
    pub(crate) fn of_flow(error: FlowError<Self>) -> Self {
        let (code, message) = match error {
            FlowError::Failed { error, .. } => return error,
            FlowError::Panicked { .. } => (code::TASK_PANIC, "a part of the answer could not be made".to_owned()),
            FlowError::TimedOut { at } | FlowError::Timeout { waiting_for: at } => {
                (code::ENGINE_TIMEOUT, format!("out of time while waiting for {at}"))
            }
            FlowError::NoQuorum { .. } | FlowError::Undeclared { .. } => {
                (code::INTERNAL, "the answer could not be put together".to_owned())
            }
        };
        let record = Some(format!("the flow ended: {message}"));
        Self { status: Status::new(code, message), losses: Box::default(), record }
    }
}
