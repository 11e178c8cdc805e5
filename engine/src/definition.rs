//! The definition of an engine: the list of its tasks.

use std::{any::TypeId, marker::PhantomData, sync::Arc};

use crate::{
    Cut, Hook, Reads, Register, Scene, ShadowCounts, Strength, Task, Waits, WhenEmpty,
    cut::ByCut,
    inputs::declared,
    kind,
    plan::{
        body::{CutBody, WholeList},
        hook::Hooks,
    },
    reads::short_name,
    shadow::{Comparing, ShadowEntry},
    strength_rule::StrengthRule,
    task_entry::{TaskEntry, output},
};

/// The tasks of an engine, in order of registration, and the type `A` of its answer. Resident: compiled into a
/// [`crate::Plan`] whenever the configuration changes.
pub struct Definition<S: Scene, A = NoAnswer> {
    pub(crate) parts: Parts<S>,
    answer: PhantomData<fn() -> A>,
}

/// The answer type of a definition without one; compiling it is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {}

/// A definition without the type of its answer.
pub(crate) struct Parts<S: Scene> {
    pub(crate) engine: &'static str,
    pub(crate) entries: Vec<TaskEntry<S>>,
    pub(crate) cut: Arc<dyn CutBody<S>>,
    pub(crate) cut_reads: Reads,
    pub(crate) when_empty: WhenEmpty,
    pub(crate) waits: Waits,
    pub(crate) answer: Option<(TypeId, &'static str)>,
    pub(crate) hooks: Hooks<S>,
    pub(crate) shadows: Vec<ShadowEntry<S>>,
}

impl<S: Scene> Parts<S> {
    /// The names of the tasks in order of registration, then those of the shadows.
    pub(crate) fn task_names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name).chain(self.shadows.iter().map(|shadow| shadow.name))
    }
}

impl<S: Scene, A> std::fmt::Debug for Definition<S, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.task_names().collect();
        f.debug_struct("Definition").field("engine", &self.parts.engine).field("tasks", &names).finish()
    }
}

impl<S: Scene> Definition<S> {
    /// An engine without tasks and without an answer.
    #[must_use]
    pub fn new(engine: &'static str) -> Self {
        let parts = Parts {
            engine,
            entries: Vec::new(),
            cut: Arc::new(WholeList),
            cut_reads: Reads::default(),
            when_empty: WhenEmpty::default(),
            waits: Waits::default(),
            answer: None,
            hooks: Hooks::default(),
            shadows: Vec::new(),
        };
        Self { parts, answer: PhantomData }
    }
}

impl<S: Scene, A> Definition<S, A> {
    /// The name of the engine.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.parts.engine
    }

    /// The names of the tasks in order of registration, then those of the shadows.
    pub fn task_names(&self) -> impl Iterator<Item = &'static str> {
        self.parts.task_names()
    }

    /// Adds a weak task: its failure is recorded and the engine continues. Configuration may override it.
    #[must_use]
    pub fn task<T, How>(self, task: T) -> Self
    where
        T: Register<S, kind::Task, How>,
    {
        self.add(task.register().0)
    }

    /// Adds a strong task: its failure ends the engine. Configuration may override it.
    #[must_use]
    pub fn strong<T, How>(self, task: T) -> Self
    where
        T: Register<S, kind::Task, How>,
    {
        let strength = StrengthRule::Always(Strength::Strong);
        self.add(TaskEntry { strength, ..task.register().0 })
    }

    /// Adds a task that is strong in requests for which `strong` returns true, and weak in the others.
    #[must_use]
    pub fn strong_if<T, How>(self, task: T, strong: fn(&S::Request) -> bool) -> Self
    where
        T: Register<S, kind::Task, How>,
    {
        let strength = StrengthRule::StrongIf(strong);
        self.add(TaskEntry { strength, ..task.register().0 })
    }

    /// Adds a contribution to the list.
    #[must_use]
    pub fn items<T, How>(self, items: T) -> Self
    where
        T: Register<S, kind::ItemProvider, How>,
    {
        self.add(items.register().0)
    }

    /// Adds a filter.
    #[must_use]
    pub fn filter<T, How>(self, filter: T) -> Self
    where
        T: Register<S, kind::Filter, How>,
    {
        self.add(filter.register().0)
    }

    /// Adds a sorter. The first registered one takes precedence.
    #[must_use]
    pub fn sorter<T, How>(self, sorter: T) -> Self
    where
        T: Register<S, kind::Sorter, How>,
    {
        self.add(sorter.register().0)
    }

    /// Sets the cut, which selects the page; by default, the page is the whole ordered list.
    #[must_use]
    pub fn cut<C: Cut<S>>(mut self, cut: C) -> Self {
        self.parts.cut_reads = declared::<S, C::Input<'static>>();
        self.parts.cut = Arc::new(ByCut(cut));
        self
    }

    /// Sets the behaviour for an empty list.
    #[must_use]
    pub const fn when_empty(mut self, when_empty: WhenEmpty) -> Self {
        self.parts.when_empty = when_empty;
        self
    }

    /// Sets where tasks are polled while they wait. Configuration may override it for all tasks or for one.
    #[must_use]
    pub const fn waits(mut self, waits: Waits) -> Self {
        self.parts.waits = waits;
        self
    }

    /// Sets the type of the answer.
    #[must_use]
    pub fn answer<T: 'static>(self) -> Definition<S, T> {
        let answer = Some(output::<T>());
        Definition { parts: Parts { answer, ..self.parts }, answer: PhantomData }
    }

    /// Adds a new version of the task that returns `O`, to run alongside it in the requests of its roll-out (none
    /// without configuration). It runs after the answer, on the queue of [`crate::Engine::shadows_on`], with its own timeout or
    /// else that of the engine. Nothing reads its output; `equal` compares it with that of the old version. A shadow makes
    /// its remote calls a second time, so it must only read.
    #[must_use]
    pub fn shadow<T, O, C>(mut self, task: T, equal: C) -> Self
    where
        T: Task<S>,
        O: Send + Sync + 'static,
        C: Fn(&O, &T::Output) -> bool + Send + Sync + 'static,
    {
        let (name, reads, counters) = (short_name::<T>(), declared::<S, T::Input<'static>>(), Arc::default());
        let body = Arc::new(Comparing { task, equal, old: std::marker::PhantomData });
        self.parts.shadows.push(ShadowEntry { name, reads, old: output::<O>(), body, counters });
        self
    }

    /// Results of each shadow so far, across all plans compiled from this definition.
    pub fn shadow_counts(&self) -> impl Iterator<Item = (&'static str, ShadowCounts)> {
        self.parts.shadows.iter().map(|shadow| (shadow.name, shadow.counters.counts()))
    }

    /// Adds `hook` to every engine of this definition.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook<S>) -> Self {
        self.parts.hooks.push(hook);
        self
    }

    /// Number of panics in hooks, across all plans compiled from this definition.
    #[must_use]
    pub fn hook_panics(&self) -> u64 {
        self.parts.hooks.panics()
    }

    pub(crate) fn add(mut self, entry: TaskEntry<S>) -> Self {
        self.parts.entries.push(entry);
        self
    }
}
