//! The `degraded` list: root causes only, without duplicates.

use live_pack_dal::{
    Error, Notes, Origin,
    notes::{Extent, Loss},
};
use live_pack_engine::{EngineError, Failure, Record};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_idl::live_pack::Degraded;

use crate::status::{Status, degraded, degraded_by, degraded_by_call, degraded_by_keys};

/// Failed keys of a method, from the batches of one engine.
#[derive(Debug, Clone)]
struct FailedKeys {
    engine: &'static str,
    task: &'static str,
    call: Origin,
    failed: usize,
    asked: usize,
}

/// Losses of the engines of a request, in list order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Losses {
    // engines share fetches, so one failed call may fail several tasks
    named: Vec<(Degraded, Option<Origin>)>,
    /// Failed calls that their task could do without: listed after those that failed a task.
    made_good: Vec<(Degraded, Option<Origin>)>,
    keys: Vec<FailedKeys>,
}

impl Losses {
    /// Adds the losses of an engine with an answer: failed tasks, and the notes of its tasks.
    pub(crate) fn add<S: LiveScene>(&mut self, record: &Record<S>, notes: &Notes) {
        self.add_failures(record);
        for Loss { asker, origin: call, extent } in notes.losses_of(record.engine()) {
            match extent {
                Extent::Call(error) => self.made_good.push((degraded_by_call(asker.task, &error), Some(call))),
                Extent::Keys { failed, asked } => {
                    self.add_keys(FailedKeys { engine: asker.engine, task: asker.task, call, failed, asked });
                }
            }
        }
    }

    fn add_failures<S: LiveScene>(&mut self, record: &Record<S>) {
        for (task, failure) in record.failures() {
            let call = match failure {
                Failure::Error(error) => Some(error.origin),
                _ => None,
            };
            self.name(degraded_by(task, failure), call);
        }
    }

    /// Adds a loss, unless its task or its call is already in the list.
    fn name(&mut self, named: Degraded, call: Option<Origin>) {
        if !self.knows(&named.task, call) {
            self.named.push((named, call));
        }
    }

    /// If an engine runs several times in a request, its notes grow; the last ones apply.
    fn add_keys(&mut self, keys: FailedKeys) {
        match self.keys.iter_mut().find(|known| (known.engine, known.call) == (keys.engine, keys.call)) {
            Some(known) if known.asked < keys.asked => *known = keys,
            Some(_) => {}
            None => self.keys.push(keys),
        }
    }

    /// One loss that is not reported by an engine.
    pub(crate) fn of(task: &'static str, code: i32, message: &'static str) -> Self {
        Self { named: vec![(degraded(task, code, message), None)], ..Self::default() }
    }

    /// Whether a loss is already in the list: its call, or its task unless two services failed it.
    fn knows(&self, task: &str, call: Option<Origin>) -> bool {
        self.named.iter().any(|(named, known)| match (known, call) {
            (Some(known), Some(call)) => *known == call || (named.task == task && known.service() == call.service()),
            (None, _) | (_, None) => named.task == task,
        })
    }

    /// Adds the failures of a weak engine without an answer: its failed tasks, or else the engine itself.
    pub(crate) fn add_engine<S: LiveScene>(&mut self, record: &Record<S>, error: &EngineError<Error, Stop>) {
        if matches!(error, EngineError::Stop(_)) {
            return;
        }
        if record.failures().next().is_some() {
            return self.add_failures(record);
        }
        let Status { code, message } = Status::of(error);
        self.named.push((degraded(record.engine(), code, message), None));
    }

    /// Adds the losses of another part of the answer, without duplicates.
    pub(crate) fn merge(&mut self, other: Self) {
        for (named, call) in other.named {
            self.name(named, call);
        }
        self.made_good.extend(other.made_good);
        for keys in other.keys {
            self.add_keys(keys);
        }
    }

    /// The list: failures, then failed calls without consequences, then each method that failed for some keys,
    /// with the keys of all engines.
    #[must_use]
    pub(crate) fn into_list(mut self) -> Vec<Degraded> {
        for (named, call) in std::mem::take(&mut self.made_good) {
            self.name(named, call);
        }
        let mut by_call: Vec<FailedKeys> = Vec::new();
        for keys in std::mem::take(&mut self.keys) {
            match by_call.iter_mut().find(|known| known.call == keys.call) {
                Some(known) => {
                    known.failed += keys.failed;
                    known.asked += keys.asked;
                }
                None => by_call.push(keys),
            }
        }
        for keys in by_call {
            self.name(degraded_by_keys(keys.task, keys.call, keys.failed, keys.asked), Some(keys.call));
        }
        self.named.into_iter().map(|(named, _)| named).collect()
    }
}

#[cfg(test)]
mod tests;
