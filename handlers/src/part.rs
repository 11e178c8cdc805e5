//! What came of an engine, or of an answer put together from several: the answer or why not, and what was lost.

use live_pack_dal::Error;
use live_pack_engine::{EngineError, Record};
use live_pack_entities::scene::{LiveScene, Stop};

use crate::{degraded::Losses, status::Status};

/// A part of an answer.
#[derive(Debug)]
pub(crate) struct Part<A> {
    /// What came of it.
    pub(crate) outcome: Result<A, Failure>,
    /// What it had to do without.
    pub(crate) losses: Losses,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    /// For the caller, where the answer cannot do without this part.
    pub(crate) status: Status,
    /// For the caller, where it can.
    losses: Losses,
    /// For the log; `None`: a business rule ended the engine on purpose.
    pub(crate) record: Option<String>,
}

impl<A> Part<A> {
    /// What came of an engine.
    pub(crate) fn of<S: LiveScene>(answer: Result<A, EngineError<Error, Stop>>, record: &Record<S>) -> Self {
        let mut losses = Losses::default();
        let outcome = match answer {
            Ok(answer) => {
                losses.add(record);
                Ok(answer)
            }
            Err(error) => {
                let mut lost = Losses::default();
                lost.add_engine(record, &error);
                let stopped = matches!(error, EngineError::Stop(_));
                let record = (!stopped).then(|| record.line());
                Err(Failure { status: Status::of(&error), losses: lost, record })
            }
        };
        Self { outcome, losses }
    }

    /// An answer that lost nothing.
    pub(crate) fn whole(answer: A) -> Self {
        Self { outcome: Ok(answer), losses: Losses::default() }
    }

    /// The same part with another answer.
    pub(crate) fn map<B>(self, change: impl FnOnce(A) -> B) -> Part<B> {
        Part { outcome: self.outcome.map(change), losses: self.losses }
    }

    /// The answer of a part that the whole can do without. What was lost is handed over to the whole.
    pub(crate) fn weak(self, whole: &mut Losses) -> Option<A> {
        whole.merge(self.losses);
        self.outcome.map_err(|failure| whole.merge(failure.losses)).ok()
    }

    /// The part, or – where it failed – the failed whole.
    ///
    /// # Errors
    /// The part failed: so does the whole.
    pub(crate) fn strong<B>(self) -> Result<(A, Losses), Part<B>> {
        match self.outcome {
            Ok(answer) => Ok((answer, self.losses)),
            Err(failure) => Err(Part { outcome: Err(failure), losses: self.losses }),
        }
    }
}
