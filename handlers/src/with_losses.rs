//! The result of an engine or a flow: the answer or the failure, and the losses.

use std::{fmt, sync::Arc};

use live_pack_dal::{Error, Notes};
use live_pack_engine::{
    EngineError, Failure as EngineFailure, Record,
    flow::{BranchOutcome, FlowError},
};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_idl::status_code;

use crate::{degraded::Losses, status::Status};

/// The result of an engine or a flow.
#[derive(Debug)]
pub(crate) struct WithLosses<A> {
    /// The answer or the failure.
    pub(crate) outcome: Result<A, Failure>,
    /// Losses that did not prevent the answer.
    pub(crate) losses: Losses,
}

/// The reason why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", status.message)]
pub(crate) struct Failure {
    /// Shown to the caller if the answer requires this result.
    pub(crate) status: Status,
    /// Shown to the caller if it does not. Boxed, so that a result is not much larger than its answer.
    losses: Box<Losses>,
    /// For the log; `None` if a business rule ended the engine on purpose.
    pub(crate) line: Option<LogLine>,
}

/// A line for the log. Rendered only when it is written, because in an outage most lines are not.
pub(crate) struct LogLine(Arc<dyn fmt::Display + Send + Sync>);

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<A> WithLosses<A> {
    /// The result of an engine.
    pub(crate) fn of<S: LiveScene>(
        answer: Result<A, EngineError<Error, Stop>>,
        record: &Arc<Record<S>>,
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
                let line = (!stopped).then(|| LogLine(Arc::clone(record) as _));
                Err(Failure { status: Status::of(&error), losses: Box::new(lost), line })
            }
        };
        Self { outcome, losses }
    }

    /// The same result with a converted answer.
    pub(crate) fn map<B>(self, change: impl FnOnce(A) -> B) -> WithLosses<B> {
        WithLosses { outcome: self.outcome.map(change), losses: self.losses }
    }

    /// The answer, if there is one. The losses are moved to `whole`.
    pub(crate) fn received(self, whole: &mut Losses) -> Option<A> {
        whole.merge(self.losses);
        self.outcome.map_err(|failure| whole.merge(*failure.losses)).ok()
    }
}

/// The result of a branch of a flow, if any; the losses of a branch without a result are added to `whole`.
pub(crate) fn received<A>(
    branch: BranchOutcome<WithLosses<A>, Failure>,
    name: &'static str,
    whole: &mut Losses,
) -> Option<WithLosses<A>> {
    let failure = match branch {
        BranchOutcome::Done(result) => return Some(result),
        BranchOutcome::Skipped(_) | BranchOutcome::Cancelled => return None,
        BranchOutcome::Failed(EngineFailure::Error(failure)) => *failure.losses,
        // a branch that could not report its losses
        BranchOutcome::Failed(EngineFailure::Panicked) => {
            Losses::of(name, status_code::TASK_PANIC, "could not be made")
        }
        BranchOutcome::Failed(_) => Losses::of(name, status_code::ENGINE_TIMEOUT, "took too long"),
    };
    whole.merge(failure);
    None
}

impl Failure {
    /// A business rule that ended the engine on purpose.
    #[cfg(test)]
    pub(crate) fn stopped(status: Status) -> Self {
        Self { status, losses: Box::default(), line: None }
    }

    /// Whether a business rule ended the engine on purpose.
    pub(crate) const fn is_stop(&self) -> bool {
        self.line.is_none()
    }

    /// The reason why a flow ended.
    pub(crate) fn of_flow(error: FlowError<Self>) -> Self {
        let (code, message) = match error {
            FlowError::Failed { error, .. } => return error,
            FlowError::Panicked { .. } => {
                (status_code::TASK_PANIC, "a part of the answer could not be made".to_owned())
            }
            FlowError::TimedOut { at } | FlowError::Timeout { waiting_for: at } => {
                (status_code::ENGINE_TIMEOUT, format!("out of time while waiting for {at}"))
            }
            FlowError::NoQuorum { .. } | FlowError::Undeclared { .. } => {
                (status_code::INTERNAL, "the answer could not be put together".to_owned())
            }
        };
        let line = Some(LogLine(Arc::new(format!("the flow ended: {message}"))));
        Self { status: Status::new(code, message), losses: Box::default(), line }
    }
}

#[cfg(test)]
mod tests;
