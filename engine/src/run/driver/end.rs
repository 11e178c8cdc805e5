//! The end of an engine: nothing of it runs afterwards.

use std::sync::Arc;

use tokio::time::Instant;

use super::Driver;
use crate::{EngineError, EngineErrorOf, Record, Scene, plan::body::Datum, run::leavings};

impl<S: Scene> Driver<'_, S> {
    /// Gives up running tasks and waits until they are gone.
    pub(in crate::run) async fn wind_down(&mut self) {
        let in_place = self.in_place.take_all();
        for waiting in std::mem::take(&mut self.parked).into_iter().chain(in_place) {
            self.discard(waiting);
        }
        self.abort_all();
        // popped one by one, so that the rest is known if the engine is dropped meanwhile
        while let Some(running) = self.running.last_mut() {
            if let Some(running) = running {
                // the result of an aborted task does not matter, only its end
                let _ = (&mut running.handle).await;
            }
            self.running.pop();
        }
    }

    /// The answer, or the reason why there is none, and the record.
    pub(in crate::run) fn finish(mut self) -> (Result<Datum, EngineErrorOf<S>>, Record<S>) {
        let now = Instant::now();
        let end = self.offset(now);
        // a stop by a rule says nothing about load
        if let Some(shedding) = &self.plan.shedding
            && self.stopped_by.is_none()
        {
            shedding.pressure.observe(&shedding.policy, now, now.saturating_duration_since(self.start));
        }
        let none = EngineError::DependencyFailed { task: self.plan.engine, needs: self.plan.answer_name };
        let answer = match (self.error.take(), self.answer.take()) {
            (Some(error), _) => Err(error),
            (None, Some(answer)) => Ok(answer),
            (None, None) => Err(none),
        };
        let cancelled: Vec<_> = self.unfinished_tasks().collect();
        let records = std::mem::take(&mut self.records);
        let record = Record::new(Arc::clone(&self.cx.shared), records, self.start, end, self.stopped_by);
        if !self.plan.hooks.is_empty() {
            for task in cancelled.into_iter().filter_map(|id| record.task(id)) {
                self.plan.hooks.call(|hook| hook.after_task(self.cx.request(), &task));
            }
            self.plan.hooks.call(|hook| hook.after_engine(self.cx.request(), &record));
        }
        (answer, record)
    }

    fn abort_all(&self) {
        for running in self.running.iter().flatten() {
            running.handle.abort();
        }
    }
}

impl<S: Scene> Drop for Driver<'_, S> {
    /// The caller is gone, so nothing may keep running. A flow that drops an engine waits until everything has ended.
    fn drop(&mut self) {
        self.abort_all();
        let running = std::mem::take(&mut self.running);
        leavings::leave(running.into_iter().flatten().map(|running| running.handle));
    }
}
