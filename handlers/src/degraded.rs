//! The `degraded` list: root causes only, each once.

use live_pack_dal::{Downstream, Error};
use live_pack_engine::{EngineError, Failure, Record};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_idl::live_pack::Degraded;

use crate::status::{Status, degraded_by};

/// A call that failed: who was asked, and what.
type FailedCall = (Downstream, &'static str);

/// Gathers what went wrong in the engines of a request, in the order in which they are told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Losses {
    // engines share fetches, so the failure of one call reaches several tasks
    named: Vec<(Degraded, Option<FailedCall>)>,
}

impl Losses {
    /// The failures of an engine that came to its answer.
    pub(crate) fn add<S: LiveScene>(&mut self, record: &Record<S>) {
        for (task, failure) in record.failures() {
            let call = match failure {
                Failure::Error(error) => Some((error.downstream, error.method)),
                _ => None,
            };
            if !self.knows(task, call) {
                self.named.push((degraded_by(task, failure), call));
            }
        }
    }

    /// One loss that no engine tells.
    pub(crate) fn of(task: &'static str, code: i32, message: &'static str) -> Self {
        Self { named: vec![(Degraded { task: task.into(), code, message: message.into() }, None)] }
    }

    fn knows(&self, task: &str, call: Option<FailedCall>) -> bool {
        self.named.iter().any(|(named, known)| named.task == task || (call.is_some() && *known == call))
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
        let named = Degraded { task: record.engine().into(), code, message: message.into() };
        self.named.push((named, None));
    }

    /// What another part of the answer lost, but for what is known already.
    pub(crate) fn merge(&mut self, other: Self) {
        for (named, call) in other.named {
            if !self.knows(&named.task, call) {
                self.named.push((named, call));
            }
        }
    }

    /// The list.
    #[must_use]
    pub(crate) fn into_list(self) -> Vec<Degraded> {
        self.named.into_iter().map(|(named, _)| named).collect()
    }
}
