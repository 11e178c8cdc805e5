//! The definition of an engine: the list of its tasks.

use std::{any::TypeId, sync::Arc};

use crate::{
    BatchFilter, Cut, Filter, Hook, Items, Reads, Scene, Sorter, Stage, SyncTask, Task, WhenEmpty,
    batch_filter::BatchFilterBody,
    filter::FilterBody,
    hook::Hooks,
    item::ItemsBody,
    list::WholeList,
    reads::short_name,
    shadow::{Comparing, ShadowCounts, ShadowEntry},
    sorter::SorterBody,
    task::{Body, Instant, Waiting},
};

/// What a registered task is to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Task,
    Items,
    Filter,
    Sorter,
}

/// A registered task.
pub(crate) struct Entry<S: Scene> {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    pub(crate) role: Role,
    pub(crate) reads: Reads,
    pub(crate) output: Option<(TypeId, &'static str)>,
    pub(crate) body: Arc<dyn Body<S>>,
}

/// The tasks of an engine, in the order of their registration. Resident: compiled into a [`crate::Plan`] whenever the
/// configuration changes.
pub struct Definition<S: Scene> {
    pub(crate) engine: &'static str,
    pub(crate) entries: Vec<Entry<S>>,
    pub(crate) cut: Arc<dyn Cut<S>>,
    pub(crate) cut_reads: Reads,
    pub(crate) when_empty: WhenEmpty,
    pub(crate) answer: Option<(TypeId, &'static str)>,
    pub(crate) hooks: Hooks<S>,
    pub(crate) shadows: Vec<ShadowEntry<S>>,
}

impl<S: Scene> std::fmt::Debug for Definition<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.entries.iter().map(|entry| entry.name);
        f.debug_struct("Definition").field("engine", &self.engine).field("tasks", &names.collect::<Vec<_>>()).finish()
    }
}

impl<S: Scene> Definition<S> {
    /// An engine without tasks.
    #[must_use]
    pub fn new(engine: &'static str) -> Self {
        Self {
            engine,
            entries: Vec::new(),
            cut: Arc::new(WholeList),
            cut_reads: Reads::none(),
            when_empty: WhenEmpty::default(),
            answer: None,
            hooks: Hooks::default(),
            shadows: Vec::new(),
        }
    }

    /// The name of the engine.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.engine
    }

    /// The names of the tasks, in the order of registration; then those of the shadows.
    pub fn task_names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name).chain(self.shadows.iter().map(|shadow| shadow.name))
    }

    /// Adds work that may wait.
    #[must_use]
    pub fn task<T: Task<S>>(self, task: T) -> Self {
        let (name, reads, body) = (task.name(), task.reads(), Arc::new(Waiting(task)));
        self.entry(name, T::STAGE, Role::Task, reads, Some(output::<T::Output>()), body)
    }

    /// Adds work that never waits.
    #[must_use]
    pub fn sync<T: SyncTask<S>>(self, task: T) -> Self {
        let (name, reads, body) = (task.name(), task.reads(), Arc::new(Instant(task)));
        self.entry(name, T::STAGE, Role::Task, reads, Some(output::<T::Output>()), body)
    }

    /// Adds a contribution to the list.
    #[must_use]
    pub fn items<T: Items<S>>(self, items: T) -> Self {
        let (name, reads, body) = (items.name(), items.reads(), Arc::new(ItemsBody(items)));
        self.entry(name, Stage::Providers, Role::Items, reads, None, body)
    }

    /// Adds a filter.
    #[must_use]
    pub fn filter<T: Filter<S>>(self, filter: T) -> Self {
        let (name, reads, body) = (filter.name(), filter.reads(), Arc::new(FilterBody(filter)));
        self.entry(name, Stage::Filters, Role::Filter, reads, None, body)
    }

    /// Adds a filter that may wait.
    #[must_use]
    pub fn batch_filter<T: BatchFilter<S>>(self, filter: T) -> Self {
        let (name, reads, body) = (filter.name(), filter.reads(), Arc::new(BatchFilterBody(filter)));
        self.entry(name, Stage::Filters, Role::Filter, reads, None, body)
    }

    /// Adds a sorter. The first one registered decides first.
    #[must_use]
    pub fn sorter<T: Sorter<S>>(self, sorter: T) -> Self {
        let (name, reads, body) = (sorter.name(), sorter.reads(), Arc::new(SorterBody(sorter)));
        self.entry(name, Stage::Sorters, Role::Sorter, reads, None, body)
    }

    /// Says which part of the ordered list is the page; without it, all of it.
    #[must_use]
    pub fn cut<C: Cut<S>>(mut self, cut: C) -> Self {
        self.cut_reads = cut.reads();
        self.cut = Arc::new(cut);
        self
    }

    /// Says what happens when no item is left.
    #[must_use]
    pub const fn when_empty(mut self, when_empty: WhenEmpty) -> Self {
        self.when_empty = when_empty;
        self
    }

    /// Names the datum that is the answer.
    #[must_use]
    pub fn answer<T: 'static>(mut self) -> Self {
        self.answer = Some(output::<T>());
        self
    }

    /// Adds a new version of the task that leaves `O`, to run beside it for those its roll-out names – nobody, if
    /// configuration has none. It runs after the answer, where [`crate::Engine::shadows_on`] says, under its own timeout or
    /// else as long as the engine may take; nobody can read what it leaves, and `equal` compares it with what the old one
    /// left. What a shadow asks for elsewhere is asked for twice: it is for tasks that only read.
    #[must_use]
    pub fn shadow<T, O, C>(mut self, task: T, equal: C) -> Self
    where
        T: Task<S>,
        O: Send + Sync + 'static,
        C: Fn(&O, &T::Output) -> bool + Send + Sync + 'static,
    {
        let (name, reads, counters) = (task.name(), task.reads(), Arc::default());
        let body = Arc::new(Comparing { task, equal, old: std::marker::PhantomData });
        self.shadows.push(ShadowEntry { name, reads, old: output::<O>(), body, counters });
        self
    }

    /// How each shadow compared so far, in all plans made from this definition.
    pub fn shadow_counts(&self) -> impl Iterator<Item = (&'static str, ShadowCounts)> {
        self.shadows.iter().map(|shadow| (shadow.name, shadow.counters.counts()))
    }

    /// Lets `hook` watch every engine of this definition.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook<S>) -> Self {
        self.hooks.push(hook);
        self
    }

    /// How many calls of hooks have panicked, in all plans made from this definition.
    #[must_use]
    pub fn hook_panics(&self) -> u64 {
        self.hooks.panics()
    }

    pub(crate) fn entry(
        mut self,
        name: &'static str,
        stage: Stage,
        role: Role,
        reads: Reads,
        output: Option<(TypeId, &'static str)>,
        body: Arc<dyn Body<S>>,
    ) -> Self {
        self.entries.push(Entry { name, stage, role, reads, output, body });
        self
    }
}

fn output<T: 'static>() -> (TypeId, &'static str) {
    (TypeId::of::<T>(), short_name::<T>())
}
