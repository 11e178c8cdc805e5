//! The end of an engine as a `Result`, for callers that continue with the answer: `?`, and branches of flows.

use std::fmt;

use super::{Engine, Finished};
use crate::{EngineErrorOf, Record, Scene};

/// An engine's answer and its record.
pub struct Answered<S: Scene, A> {
    /// The answer.
    pub answer: A,
    /// The record of the run.
    pub record: Record<S>,
}

/// The reason why an engine has no answer, and its record.
pub struct Unanswered<S: Scene> {
    /// The reason.
    pub error: EngineErrorOf<S>,
    /// The record of the run.
    pub record: Record<S>,
}

impl<S: Scene, A: fmt::Debug> fmt::Debug for Answered<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").field("answer", &self.answer).field("record", &self.record).finish()
    }
}

impl<S: Scene> fmt::Debug for Unanswered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unanswered").field("error", &self.error).field("record", &self.record).finish()
    }
}

impl<S: Scene> fmt::Display for Unanswered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.record.engine(), self.error)
    }
}

impl<S: Scene> std::error::Error for Unanswered<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl<S: Scene, A: 'static> Engine<S, A> {
    /// Runs all tasks to their outcomes and returns the answer of the type that the definition declared. Dropping the future
    /// cancels them.
    ///
    /// # Errors
    /// The reason why there is no answer.
    pub async fn answer(self) -> Result<Answered<S, A>, Unanswered<S>> {
        self.run().await.answered()
    }
}

impl<S: Scene, A> Finished<S, A> {
    /// The answer of the type that the definition declared, and its record.
    ///
    /// # Errors
    /// The reason why there is no answer, and the record.
    pub fn answered(self) -> Result<Answered<S, A>, Unanswered<S>> {
        match self.into_answer() {
            (Ok(answer), record) => Ok(Answered { answer, record }),
            (Err(error), record) => Err(Unanswered { error, record }),
        }
    }
}
