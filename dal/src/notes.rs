//! Losses of a request that no task returns as its error, and its downstream calls.

mod calls;

use std::sync::{Mutex, PoisonError};

pub use self::calls::{CallEnd, CallLog, CallNote, MOST_CALLS};
pub(crate) use self::calls::{Noted, Why};
use crate::{Error, Origin};

/// Engine and task that make a call; empty outside an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Asker {
    /// Name of the engine.
    pub engine: &'static str,
    /// Name of the task, as configuration spells it.
    pub task: &'static str,
}

/// Extent of a loss.
#[derive(Debug, Clone)]
pub enum Extent {
    /// Keys of batches that succeeded otherwise: `failed` of the `asked` distinct keys, at least one. `failed` = `asked` only
    /// if the answers cannot be true, such as a page without a single known product.
    Keys {
        /// Keys that the service could not answer.
        failed: usize,
        /// Keys of the batches in which some failed.
        asked: usize,
    },
    /// A call that failed; its task went on without it.
    Call(Error),
}

/// A loss of one task with one method of a service.
#[derive(Debug, Clone)]
pub struct Loss {
    /// Engine and task that made the call.
    pub asker: Asker,
    /// The call that failed.
    pub origin: Origin,
    /// Extent of the loss.
    pub extent: Extent,
}

/// Keys of one method that were answered with stale values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The call that returned nothing newer.
    pub origin: Origin,
    /// The task that got the values; of several the first by name.
    pub task: &'static str,
    /// Keys with a stale value, at least one. A key that several look-ups got counts for each.
    pub stale: usize,
    /// Keys of the look-ups in which some were stale.
    pub asked: usize,
}

/// Losses of one request that were compensated (Redis unavailable, a text missing), and those that cost a task only a
/// part of its data; and its downstream calls.
#[derive(Debug, Default)]
pub struct Notes {
    // std mutexes: held to push one value, never across an await
    lost: Mutex<Vec<(&'static str, Option<Error>)>>,
    losses: Mutex<Vec<Loss>>,
    stale: Mutex<Vec<Stale>>,
    /// The downstream calls.
    pub calls: CallLog,
}

impl Notes {
    /// Notes that `what` (`redis`, `texts`, `images`, `experiments`) was lost. Only the first loss of each is kept.
    pub fn lose(&self, what: &'static str, error: Option<Error>) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        if lost.iter().all(|(known, _)| *known != what) {
            lost.push((what, error));
        }
    }

    /// Notes that Redis was lost, with its error.
    pub fn lose_redis(&self, error: Error) {
        self.lose(error.origin.service(), Some(error));
    }

    /// Notes that `failed` of the `asked` distinct keys of a batch failed. Batches of one asker and method add up.
    pub fn lose_keys(&self, asker: Asker, origin: impl Into<Origin>, failed: usize, asked: usize) {
        self.add(Loss { asker, origin: origin.into(), extent: Extent::Keys { failed, asked } });
    }

    /// Notes that a call failed and that its task went on without it.
    pub fn lose_call(&self, asker: Asker, error: Error) {
        self.add(Loss { asker, origin: error.origin, extent: Extent::Call(error) });
    }

    /// Notes that `stale` of the `asked` distinct keys of a look-up were answered with stale values. The note belongs to the
    /// request and not to an engine: tasks of several engines may share the values.
    pub fn serve_stale(&self, asker: Asker, origin: impl Into<Origin>, stale: usize, asked: usize) {
        let (origin, task) = (origin.into(), asker.task);
        let mut served = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        match served.iter_mut().find(|known| known.origin == origin) {
            Some(known) => {
                known.task = known.task.min(task);
                known.stale += stale;
                known.asked += asked;
            }
            None => served.push(Stale { origin, task, stale, asked }),
        }
    }

    /// The methods whose stale values were served so far, sorted by task and name of the call.
    #[must_use]
    pub fn stale(&self) -> Vec<Stale> {
        let mut served = self.stale.lock().unwrap_or_else(PoisonError::into_inner).clone();
        served.sort_by_key(|served| (served.task, served.origin.service(), served.origin.method()));
        served
    }

    fn add(&self, loss: Loss) {
        let mut losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&mut Loss| (known.asker, known.origin) == (loss.asker, loss.origin);
        match (losses.iter_mut().find(same).map(|known| &mut known.extent), &loss.extent) {
            (Some(Extent::Keys { failed, asked }), Extent::Keys { failed: more, asked: of }) => {
                *failed += more;
                *asked += of;
            }
            (Some(known), Extent::Call(_)) => *known = loss.extent,
            (Some(Extent::Call(_)), Extent::Keys { .. }) => {}
            (None, _) => losses.push(loss),
        }
    }

    /// Everything lost so far that belongs to no task, sorted by name.
    #[must_use]
    pub fn lost(&self) -> Vec<(&'static str, Option<Error>)> {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lost.sort_by_key(|(what, _)| *what);
        lost
    }

    /// Losses so far of the tasks of an engine, sorted by task, number of the service and name of the method.
    #[must_use]
    pub fn losses_of(&self, engine: &str) -> Vec<Loss> {
        let losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Loss> = losses.iter().filter(|loss| loss.asker.engine == engine).cloned().collect();
        let call = |origin: Origin| match origin {
            Origin::Rpc(method) => (false, Some(method.service()), method.name()),
            Origin::Redis(command) => (true, None, command),
        };
        found.sort_by_key(|loss| (loss.asker.task, call(loss.origin)));
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::panic, reason = "tests")]

    use super::*;
    use crate::DownstreamMethod;

    const PAGE: Asker = Asker { engine: "Page", task: "Loader" };
    const METHOD: DownstreamMethod = DownstreamMethod::MGetProductModel;

    fn keys(notes: &Notes, engine: &str) -> Vec<(usize, usize)> {
        let of = |loss: &Loss| match loss.extent {
            Extent::Keys { failed, asked } => (failed, asked),
            Extent::Call(_) => panic!("{loss:?}"),
        };
        notes.losses_of(engine).iter().map(of).collect()
    }

    #[test]
    fn failed_keys_of_one_task_and_method_add_up() {
        let notes = Notes::default();
        notes.lose_keys(PAGE, METHOD, 2, 5);
        notes.lose_keys(PAGE, METHOD, 1, 3);
        notes.lose_keys(Asker { engine: "Pin", ..PAGE }, METHOD, 1, 2);
        notes.lose_keys(PAGE, DownstreamMethod::MGetProductLite, 4, 9);
        assert_eq!(keys(&notes, "Page"), [(4, 9), (3, 8)]);
        assert_eq!(keys(&notes, "Pin"), [(1, 2)]);
        assert!(notes.losses_of("Tab").is_empty() && notes.lost().is_empty());
    }

    #[test]
    fn stale_keys_of_a_method_add_up_over_all_engines_and_are_no_losses() {
        let notes = Notes::default();
        let task = |engine, task| Asker { engine, task };
        notes.serve_stale(task("Page", "SellerLoader"), METHOD, 2, 5);
        notes.serve_stale(task("Pin", "Loader"), METHOD, 1, 1);
        notes.serve_stale(PAGE, DownstreamMethod::MGetRoom, 1, 1);
        let stale =
            |method: DownstreamMethod, stale, asked| Stale { origin: method.into(), task: "Loader", stale, asked };
        assert_eq!(notes.stale(), [stale(DownstreamMethod::MGetRoom, 1, 1), stale(METHOD, 3, 6)]);
        assert!(notes.losses_of("Page").is_empty() && notes.lost().is_empty());
    }

    #[test]
    fn a_failed_call_outweighs_failed_keys() {
        let error = || Error::key(METHOD);
        for calls_first in [true, false] {
            let notes = Notes::default();
            if calls_first {
                notes.lose_call(PAGE, error());
            }
            notes.lose_keys(PAGE, METHOD, 1, 2);
            notes.lose_call(PAGE, error());
            let losses = notes.losses_of("Page");
            assert!(losses.len() == 1 && matches!(losses[0].extent, Extent::Call(_)), "{losses:?}");
        }
    }
}
