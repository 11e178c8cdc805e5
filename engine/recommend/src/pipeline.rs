//! A pipeline: a sequence of nodes, compiled from a specification and run for each request.

mod compile;
mod hook;

use std::sync::Arc;

pub use compile::{CompileError, schema};
pub(crate) use compile::{compile_nodes, no_document};
pub use hook::Hook;
use tokio::time::Instant;

use crate::{
    ask::Ask,
    candidates::Candidates,
    cel::Condition,
    effect::Lapse,
    error::NodeError,
    node::{Call, Node, guarded},
    record::{Names, Record, Slate, Step},
};

/// A compiled pipeline. It holds no request data, so one pipeline serves any number of concurrent requests.
pub struct Pipeline<E = ()> {
    pub(crate) steps: Vec<Planned<E>>,
    pub(crate) names: Arc<Names>,
    pub(crate) timeout: std::time::Duration,
    pub(crate) hooks: Vec<Arc<dyn Hook<E>>>,
}

/// One step of a plan.
pub(crate) struct Planned<E> {
    pub(crate) name: String,
    pub(crate) node: Box<dyn Node<E>>,
    /// Whether a failure ends the request.
    pub(crate) strong: bool,
    /// The step runs only if this condition holds.
    pub(crate) when: Option<Condition>,
    pub(crate) timeout: Option<std::time::Duration>,
}

/// The failure of a strong node, the only failure that leaves a request without an answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("strong node {node:?} failed: {reason}")]
pub struct Unanswered {
    /// Name of the node.
    pub node: String,
    /// Its failure.
    #[source]
    pub reason: NodeError,
}

impl<E: Sync + 'static> Pipeline<E> {
    /// Time limit of one request unless the caller gives less: `timeout` of the specification, 2 s by default.
    #[must_use]
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout
    }

    /// Adds an observer.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook<E>) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Answers a request before `until`.
    ///
    /// A weak node that fails, panics or is late leaves the list unchanged and is named in
    /// [`Slate::degraded`].
    ///
    /// # Errors
    ///
    /// A strong node failed.
    pub async fn recommend(&self, ask: &Ask<'_, E>, until: Instant) -> Result<(Slate, Record), Unanswered> {
        let until = until.min(Instant::now() + self.timeout);
        let mut list = Candidates::default();
        let mut record = Record::new(Arc::clone(&self.names), self.steps.len());
        for (number, step) in (0u16..).zip(&self.steps) {
            if step.when.as_ref().is_some_and(|condition| !condition.holds(ask.request)) {
                record.skip(number);
                continue;
            }
            let begin = Instant::now();
            let until = step.timeout.map_or(until, |timeout| until.min(begin + timeout));
            let call = Call { ask, name: &step.name, until, round: 0 };
            let outcome = guarded(begin, until, || step.node.run(&call, &list)).await;
            let outcome = outcome.and_then(|mut effect| {
                let facts = std::mem::take(&mut effect.facts);
                Ok((facts, list.apply(effect)?))
            });
            let took = begin.elapsed();
            match outcome {
                Ok((facts, change)) => record.push(Step { node: number, took, change }, facts),
                Err(reason) if step.strong => return Err(Unanswered { node: step.name.clone(), reason }),
                Err(reason) => record.fail(number, took, Lapse::new(&step.name, reason)),
            }
            for hook in &self.hooks {
                hook::observe(&**hook, ask, &step.name, &list, took);
            }
        }
        let slate = record.slate(list);
        for hook in &self.hooks {
            hook::finish(&**hook, ask, &slate);
        }
        Ok((slate, record))
    }
}
