//! Hooks: observe an engine without being part of it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{
    record::{Record, TaskRecord},
    shadow_node::Shadowed,
};
use crate::{Scene, catch::catch};

/// Observes the tasks of an engine, for metrics, logs and traces. It cannot change anything; a panic in a hook is caught
/// and counted. Called on the engine's own task, so it must not block. If the engine is dropped, the hooks at the end
/// are not called.
pub trait Hook<S: Scene>: Send + Sync + 'static {
    /// A task is about to start. It may still be skipped.
    fn before_task(&self, _request: &S::Request, _task: &'static str) {}

    /// A task has its outcome, including tasks cancelled by the end of the engine.
    fn after_task(&self, _request: &S::Request, _task: &TaskRecord<'_, S::Error>) {}

    /// A shadow was compared with the task it shadows, or could not be. Called on the side-effect queue, after the
    /// engine has ended.
    fn after_shadow(&self, _request: &S::Request, _shadow: &'static str, _shadowed: Shadowed) {}

    /// The engine has ended and nothing of it is running.
    fn after_engine(&self, _request: &S::Request, _record: &Record<S>) {}
}

/// The hooks of a definition and of all plans compiled from it.
pub(crate) struct Hooks<S: Scene> {
    hooks: Vec<Arc<dyn Hook<S>>>,
    panics: Arc<AtomicU64>,
}

impl<S: Scene> Default for Hooks<S> {
    fn default() -> Self {
        Self { hooks: Vec::new(), panics: Arc::default() }
    }
}

impl<S: Scene> Clone for Hooks<S> {
    fn clone(&self) -> Self {
        Self { hooks: self.hooks.clone(), panics: Arc::clone(&self.panics) }
    }
}

impl<S: Scene> Hooks<S> {
    pub(crate) fn push(&mut self, hook: impl Hook<S>) {
        self.hooks.push(Arc::new(hook));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    pub(crate) fn call(&self, seen: impl Fn(&dyn Hook<S>)) {
        for hook in &self.hooks {
            if catch("hook", || seen(&**hook)).is_err() {
                self.panics.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
