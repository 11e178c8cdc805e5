//! Tasks that are polled in the engine's tokio task while they wait.

use std::task::{Context, Poll, Waker};

use crate::{
    Scene,
    by_node::NodeId,
    catch::{Caught, RunningTask, catch},
    plan::body::{BodyFuture, BodyResult},
    wake::OwnWaker,
};

/// The result of a task that waited.
type End<S> = Result<BodyResult<S>, Caught>;

/// A task that waits.
pub(super) struct Waiting<S: Scene> {
    pub(super) node: NodeId,
    pub(super) future: BodyFuture<S>,
}

impl<S: Scene> Waiting<S> {
    /// Polls the task; a panic ends it.
    fn poll(&mut self, running: RunningTask, waker: &Waker) -> Poll<End<S>> {
        match catch(running, || self.future.as_mut().poll(&mut Context::from_waker(waker))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Err(Caught) => Poll::Ready(Err(Caught)),
        }
    }
}

struct Place<S: Scene> {
    waiting: Waiting<S>,
    /// `None`: it uses the waker of the engine, so every wake-up of the engine may be meant for it.
    own: Option<OwnWaker>,
}

/// The tasks that wait in place. One of them uses the engine's waker at no cost; the others have their own.
pub(super) struct InPlace<S: Scene> {
    places: Vec<Place<S>>,
    /// The engine's waker, which the other wakers wake.
    engine: Option<Waker>,
}

impl<S: Scene> Default for InPlace<S> {
    fn default() -> Self {
        Self { places: Vec::new(), engine: None }
    }
}

impl<S: Scene> InPlace<S> {
    /// Whether another task can wait here without a waker of its own.
    pub(super) fn has_free_place(&self) -> bool {
        self.places.iter().all(|place| place.own.is_some())
    }

    pub(super) fn add(&mut self, waiting: Waiting<S>, waker: &Waker) {
        let own = (!self.has_free_place()).then(|| {
            self.engine.get_or_insert_with(|| waker.clone());
            OwnWaker::waking(waker)
        });
        self.places.push(Place { waiting, own });
    }

    /// Wake-ups reach the engine only while it stays in its tokio task: if it has moved, all tasks are polled again.
    pub(super) fn refresh(&mut self, waker: &Waker) {
        if self.engine.as_ref().is_none_or(|known| known.will_wake(waker)) {
            return;
        }
        self.engine = Some(waker.clone());
        for own in self.places.iter_mut().filter_map(|place| place.own.as_mut()) {
            *own = OwnWaker::waking(waker);
        }
    }

    /// Polls the woken tasks until one of them ends, and removes that one.
    pub(super) fn poll(
        &mut self,
        engine: &Waker,
        running: impl Fn(NodeId) -> RunningTask,
    ) -> Option<(Waiting<S>, End<S>)> {
        for at in 0..self.places.len() {
            let place = self.places.get_mut(at)?;
            let waker = match &place.own {
                Some(own) => own.take(),
                None => Some(engine),
            };
            if let Some(waker) = waker
                && let Poll::Ready(result) = place.waiting.poll(running(place.waiting.node), waker)
            {
                return Some((self.places.swap_remove(at).waiting, result));
            }
        }
        None
    }

    pub(super) fn remove(&mut self, node: NodeId) -> Option<Waiting<S>> {
        let at = self.places.iter().position(|place| place.waiting.node == node)?;
        Some(self.places.swap_remove(at).waiting)
    }

    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Waiting<S>> + use<S> {
        std::mem::take(&mut self.places).into_iter().map(|place| place.waiting)
    }
}
