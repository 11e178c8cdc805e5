//! The `degraded` list: root causes only, each once.

use live_pack_dal::{Downstream, Error, Notes};
use live_pack_engine::{EngineError, Failure, Record};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_idl::live_pack::Degraded;

use crate::status::{Status, degraded_by, degraded_by_loss};

/// Gathers what went wrong in the engines of a request, in the order in which they are told.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    named: Vec<Degraded>,
    // engines share fetches, so the failure of one call reaches several tasks
    calls: Vec<(Downstream, &'static str)>,
}

impl Losses {
    /// The failures of an engine that came to its answer.
    pub(crate) fn add<S: LiveScene>(&mut self, record: &Record<S>) {
        for (task, failure) in record.failures() {
            let call = match failure {
                Failure::Error(error) => Some((error.downstream, error.method)),
                _ => None,
            };
            if call.is_some_and(|call| self.calls.contains(&call)) || self.named.iter().any(|named| named.task == task)
            {
                continue;
            }
            self.calls.extend(call);
            self.named.push(degraded_by(task, failure));
        }
    }

    /// The failures of a weak engine that did not: its failed tasks, else the engine itself.
    pub(crate) fn add_engine<S: LiveScene>(&mut self, record: &Record<S>, error: &EngineError<Error, Stop>) {
        if matches!(error, EngineError::Stop(_)) {
            return;
        }
        if record.failures().next().is_some() {
            return self.add(record);
        }
        let Status { code, message } = Status::of(error);
        self.named.push(Degraded { task: record.engine().into(), code, message: message.into() });
    }

    /// The list, with what was lost without a task reporting it.
    #[must_use]
    pub(crate) fn into_list(mut self, notes: &Notes) -> Vec<Degraded> {
        let lost = notes.lost();
        self.named.extend(lost.iter().map(|(what, error)| degraded_by_loss(what, error.as_ref())));
        self.named
    }
}
