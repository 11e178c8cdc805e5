//! One source of a fan-out, with its reaction to a failure.

use std::{pin::Pin, time::Duration};

use tokio::time::Instant;

use crate::{
    effect::Facts,
    error::NodeError,
    hits::{Hit, Hits},
    node::{Call, Recall, Recalled, Source, Work, guarded},
};

/// A source of a fan-out.
pub(crate) struct Slot<E> {
    pub(crate) name: String,
    /// Number of the source in its pipeline.
    pub(crate) number: u16,
    pub(crate) body: Body<E>,
    pub(crate) on_error: OnError<E>,
    /// Time limit of one attempt.
    pub(crate) timeout: Option<Duration>,
}

/// A source, or a fan-out as a source.
pub(crate) enum Body<E> {
    Source(Box<dyn Source<E>>),
    Nested(Box<dyn Recall<E>>),
}

/// The reaction to a failure.
pub(crate) enum OnError<E> {
    /// The fan-out continues without the source.
    Ignore,
    /// The fan-out fails.
    Fail,
    /// Retries; each pause is twice as long as the one before.
    Retry { times: u32, backoff: Duration },
    /// Another source replaces it.
    Fallback(Body<E>),
}

/// The answer of one slot.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(super) hits: Hits,
    /// Facts of a nested fan-out.
    pub(super) inner: Option<Facts>,
    pub(super) lapse: Option<String>,
    pub(super) note: Option<String>,
}

impl Answer {
    fn of(hits: Hits) -> Self {
        Self { hits, ..Self::default() }
    }

    fn nested((items, facts): Recalled) -> Self {
        let hits = items.iter().map(|item| Hit { id: item.id, score: item.score }).collect();
        Self { hits, inner: Some(facts), ..Self::default() }
    }
}

impl<E: Sync + 'static> Slot<E> {
    /// Queries the source. A ready answer needs no future.
    pub(super) fn ask<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Answer> {
        if let Body::Source(source) = &self.body {
            let start = std::panic::AssertUnwindSafe(|| source.recall(call));
            let first = match std::panic::catch_unwind(start) {
                Ok(Work::Now(Ok(hits))) => return Work::now(Answer::of(hits)),
                Ok(work) => work,
                Err(payload) => Work::Now(Err(NodeError::panicked(&*payload))),
            };
            return Work::later(self.attempts(call, Some(first)));
        }
        Work::later(self.attempts(call, None))
    }

    /// The first attempt, and the reaction to its failure.
    async fn attempts<'a>(&'a self, call: &'a Call<'a, E>, first: Option<Work<'a, Hits>>) -> Result<Answer, NodeError> {
        let result = match first {
            Some(work) => {
                let (begin, until) = self.attempt_time(call);
                guarded(begin, until, || work).await.map(Answer::of)
            }
            None => self.attempt(&self.body, call).await,
        };
        match (result, &self.on_error) {
            (Ok(answer), _) => Ok(answer),
            (Err(error), OnError::Ignore | OnError::Fail) => Err(error),
            (Err(error), OnError::Retry { times, backoff }) => self.retry(call, error, *times, *backoff).await,
            (Err(error), OnError::Fallback(body)) => {
                let mut answer = self.attempt(body, call).await?;
                answer.lapse = Some(format!("{error}; the fallback answered"));
                Ok(answer)
            }
        }
    }

    async fn retry(
        &self,
        call: &Call<'_, E>,
        mut error: NodeError,
        times: u32,
        backoff: Duration,
    ) -> Result<Answer, NodeError> {
        for attempt in 0..times {
            let pause = backoff.saturating_mul(1 << attempt.min(16));
            if Instant::now() + pause >= call.until {
                break;
            }
            tokio::time::sleep(pause).await;
            match self.attempt(&self.body, call).await {
                Ok(mut answer) => {
                    answer.note = Some(format!("answered at attempt {}", attempt + 2));
                    return Ok(answer);
                }
                Err(next) => error = next,
            }
        }
        Err(error)
    }

    /// One attempt, boxed because a nested fan-out contains slots again.
    fn attempt<'a>(
        &'a self,
        body: &'a Body<E>,
        call: &'a Call<'a, E>,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, NodeError>> + Send + 'a>> {
        let (begin, until) = self.attempt_time(call);
        Box::pin(async move {
            match body {
                Body::Source(source) => guarded(begin, until, || source.recall(call)).await.map(Answer::of),
                Body::Nested(nested) => {
                    let call = Call { until, ..*call };
                    let recalled = guarded(begin, until, || nested.recall_all(&call)).await;
                    recalled.map(Answer::nested)
                }
            }
        })
    }

    /// Start and end of an attempt that starts now.
    fn attempt_time(&self, call: &Call<'_, E>) -> (Instant, Instant) {
        let now = Instant::now();
        (now, self.timeout.map_or(call.until, |timeout| call.until.min(now + timeout)))
    }
}
