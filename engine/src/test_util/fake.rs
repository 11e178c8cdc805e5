//! Fake tasks: a value and a delay in one line.

use std::{any::TypeId, marker::PhantomData, ops::Deref, sync::Arc, time::Duration};

use super::Recorder;
use crate::{
    Context, Definition, Importance, Maybe, Page, Reads, Register, Registration, Scene, Stage, Strength, TaskError,
    TaskResult, how,
    inputs::peek,
    plan::body::{Body, BodyResult, Datum, NoDatum, Owned, Started},
    plan::shadow_node::ShadowBody,
    reads::{Mode, Read, short_name},
    shadow::ShadowEntry,
    strength_rule::StrengthRule,
    task_entry::{Role, TaskEntry},
};

type Work<S, T> = Arc<dyn Fn(&FakeInputs<'_, S>) -> TaskResult<S, T> + Send + Sync>;

/// The inputs of a fake task, accessed by type, and its context. Real tasks have typed inputs.
#[derive(Debug)]
pub struct FakeInputs<'a, S: Scene> {
    cx: &'a Context<S>,
    reads: &'a Reads,
}

impl<S: Scene> Deref for FakeInputs<'_, S> {
    type Target = Context<S>;

    fn deref(&self) -> &Context<S> {
        self.cx
    }
}

impl<'a, S: Scene> FakeInputs<'a, S> {
    /// The datum `T`.
    ///
    /// # Panics
    /// If the fake was not set to read it.
    #[must_use]
    #[expect(clippy::panic, reason = "test kit: the test has a mistake")]
    pub fn maybe<T: Send + Sync + 'static>(&self) -> Maybe<'a, T> {
        let place = self.reads.data.iter().position(|read| read.datum == TypeId::of::<T>());
        let found = place.and_then(|place| peek(self.cx, place));
        found.unwrap_or_else(|| panic!("{} does not read {}", self.task(), short_name::<T>()))
    }

    /// The datum `T`.
    ///
    /// # Panics
    /// If the fake was not set to need it.
    #[must_use]
    #[expect(clippy::panic, reason = "test kit: the test has a mistake")]
    pub fn need<T: Send + Sync + 'static>(&self) -> &'a T {
        self.maybe().done().unwrap_or_else(|| panic!("{} does not need {}", self.task(), short_name::<T>()))
    }

    /// The page.
    ///
    /// # Panics
    /// If the fake was not set to read it.
    #[must_use]
    #[expect(clippy::panic, reason = "test kit: the test has a mistake")]
    pub fn page(&self) -> Page<'a, S> {
        let page = self.cx.folded().filter(|_| self.reads.page).map(Page::new);
        page.unwrap_or_else(|| panic!("{} does not read the page", self.task()))
    }
}

enum End<S: Scene, T> {
    Work(Work<S, T>),
    Panic,
    Hang,
    Skip(&'static str),
}

/// A task with configured behaviour that returns a `T`. By default, a weak converter.
pub struct Fake<S: Scene, T> {
    name: &'static str,
    stage: Stage,
    strength: Strength,
    importance: Importance,
    reads: Reads,
    delay: Option<Duration>,
    end: End<S, T>,
    recorder: Option<Recorder>,
}

impl<S: Scene, T> std::fmt::Debug for Fake<S, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fake").field("name", &self.name).field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl<S: Scene, T: Send + Sync + 'static> Fake<S, T> {
    /// Returns the result of `work`.
    pub fn new(
        name: &'static str,
        work: impl Fn(&FakeInputs<'_, S>) -> TaskResult<S, T> + Send + Sync + 'static,
    ) -> Self {
        Self::ending(name, End::Work(Arc::new(work)))
    }

    /// Returns `value`.
    pub fn value(name: &'static str, value: T) -> Self
    where
        T: Clone,
    {
        Self::new(name, move |_| Ok(value.clone()))
    }

    /// Fails with `error`.
    pub fn error(name: &'static str, error: S::Error) -> Self {
        Self::new(name, move |_| Err(TaskError::Failed(error.clone())))
    }

    /// Ends the engine on purpose.
    pub fn stop(name: &'static str, reason: S::Stop) -> Self {
        Self::new(name, move |_| Err(TaskError::Stop(reason.clone())))
    }

    /// Panics.
    #[must_use]
    pub const fn panic(name: &'static str) -> Self {
        Self::ending(name, End::Panic)
    }

    /// Never ends.
    #[must_use]
    pub const fn hang(name: &'static str) -> Self {
        Self::ending(name, End::Hang)
    }

    /// Has nothing to do.
    #[must_use]
    pub const fn skip(name: &'static str, why: &'static str) -> Self {
        Self::ending(name, End::Skip(why))
    }

    const fn ending(name: &'static str, end: End<S, T>) -> Self {
        let reads = Reads { data: Vec::new(), items: false, kept: false, page: false };
        let (stage, strength, importance) = (Stage::Converters, Strength::Weak, Importance::Normal);
        Self { name, stage, strength, importance, reads, delay: None, end, recorder: None }
    }

    /// Sets its stage.
    #[must_use]
    pub const fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Makes it strong.
    #[must_use]
    pub const fn strong(mut self) -> Self {
        self.strength = Strength::Strong;
        self
    }

    /// Sets when it is shed under pressure.
    #[must_use]
    pub const fn importance(mut self, importance: Importance) -> Self {
        self.importance = importance;
        self
    }

    /// Delays everything else by this long; by default, it never waits.
    #[must_use]
    pub const fn after(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Needs `D`.
    #[must_use]
    pub fn need<D: 'static>(self) -> Self {
        self.read::<D>(Mode::Need)
    }

    /// Reads `D` if it is available.
    #[must_use]
    pub fn maybe<D: 'static>(self) -> Self {
        self.read::<D>(Mode::Maybe)
    }

    /// Reads `D` if it is available, in plans with a task that returns it.
    #[must_use]
    pub fn if_written<D: 'static>(self) -> Self {
        self.read::<D>(Mode::IfWritten)
    }

    /// Reads the page.
    #[must_use]
    pub const fn page(mut self) -> Self {
        self.reads.page = true;
        self
    }

    fn read<D: 'static>(mut self, mode: Mode) -> Self {
        self.reads.add::<D>(mode);
        self
    }

    /// Replaces its reads, for tests that generate graphs.
    #[cfg(test)]
    pub(crate) fn reads(mut self, reads: Reads) -> Self {
        self.reads = reads;
        self
    }

    /// Reports its lifecycle to `recorder`.
    #[must_use]
    pub fn on(mut self, recorder: &Recorder) -> Self {
        self.recorder = Some(recorder.clone());
        self
    }
}

/// A task with needs in addition to its inputs: see [`needing`].
#[derive(Debug)]
pub struct Needing<T> {
    task: T,
    data: Vec<TypeId>,
}

/// The task, with a need for each of these data in addition to its inputs, for benchmarks that generate graphs. The task
/// cannot read the data.
pub fn needing<T>(task: T, data: impl IntoIterator<Item = TypeId>) -> Needing<T> {
    Needing { task, data: data.into_iter().collect() }
}

impl<S: Scene, Kind, How, T: Register<S, Kind, How>> Register<S, Kind, how::Changed<How>> for Needing<T> {
    fn register(self) -> Registration<S> {
        let Registration(mut entry) = self.task.register();
        let need = |datum| Read { datum, datum_name: "a datum", mode: Mode::Need };
        entry.reads.data.extend(self.data.into_iter().map(need));
        Registration(entry)
    }
}

impl<S: Scene, A> Definition<S, A> {
    /// Adds a fake task that returns a `T`.
    #[must_use]
    pub fn fake<T: Send + Sync + 'static>(self, fake: Fake<S, T>) -> Self {
        self.fake_as(fake, TypeId::of::<T>(), short_name::<T>())
    }

    /// Adds a fake task whose datum has another type, for tests that generate graphs.
    pub(crate) fn fake_as<T: Send + Sync + 'static>(self, fake: Fake<S, T>, datum: TypeId, name: &'static str) -> Self {
        let (stage, reads, strength, importance) =
            (fake.stage, fake.reads.clone(), StrengthRule::Always(fake.strength), fake.importance);
        let entry = TaskEntry::new(fake.name, stage, Role::Task, reads, Arc::new(FakeBody(fake)));
        self.add(TaskEntry { output: Some((datum, name)), strength, importance, ..entry })
    }
}

impl<S: Scene, A> Definition<S, A> {
    /// Adds a fake shadow of the task that returns `O`, compared by `equal`.
    #[must_use]
    pub fn fake_shadow<T, O, C>(mut self, fake: Fake<S, T>, equal: C) -> Self
    where
        T: Send + Sync + 'static,
        O: Send + Sync + 'static,
        C: Fn(&O, &T) -> bool + Send + Sync + 'static,
    {
        let (name, reads, old) = (fake.name, fake.reads.clone(), (TypeId::of::<O>(), short_name::<O>()));
        let body = Arc::new(FakeShadow { body: FakeBody(fake), equal, old: PhantomData });
        self.parts.shadows.push(ShadowEntry { name, reads, old, body, counters: Arc::default() });
        self
    }
}

struct FakeShadow<S: Scene, T, O, C> {
    body: FakeBody<S, T>,
    equal: C,
    old: PhantomData<fn(&O)>,
}

impl<S, T, O, C> ShadowBody<S> for FakeShadow<S, T, O, C>
where
    S: Scene,
    T: Send + Sync + 'static,
    O: Send + Sync + 'static,
    C: Fn(&O, &T) -> bool + Send + Sync + 'static,
{
    fn run(self: Arc<Self>, cx: Context<S>) -> crate::Work<Result<Option<bool>, NoDatum<S>>> {
        Box::pin(async move {
            let new = match self.body.start(&cx, Owned::new()) {
                Started::Ended(result) => result?,
                Started::Future(work) => work.await?,
            };
            let old = cx.shadow().and_then(|shadow| cx.shared.output::<O>(shadow.old));
            Ok(old.zip(new.downcast_ref()).map(|(old, new)| (self.equal)(old, new)))
        })
    }
}

struct FakeBody<S: Scene, T>(Fake<S, T>);

impl<S: Scene, T: Send + Sync + 'static> Body<S> for FakeBody<S, T> {
    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        if let End::Skip(why) = self.0.end {
            return Started::Ended(Err(NoDatum::NotNeeded(why)));
        }
        let life = self.0.recorder.as_ref().map(|recorder| recorder.start(self.0.name));
        let (delay, work, cx, reads) = (self.0.delay, self.work(), cx.clone(), self.0.reads.clone());
        if delay.is_none()
            && let Some(work) = &work
        {
            let result = work(&FakeInputs { cx: &cx, reads: &self.0.reads });
            life.into_iter().for_each(super::recorder::Life::end);
            return Started::Ended(result);
        }
        Started::Future(Box::pin(async move {
            if let Some(delay) = delay {
                tokio::time::sleep(delay).await;
            }
            let Some(work) = work else { return std::future::pending().await };
            let result = work(&FakeInputs { cx: &cx, reads: &reads });
            life.into_iter().for_each(super::recorder::Life::end);
            result
        }))
    }
}

type ErasedWork<S> = Box<dyn Fn(&FakeInputs<'_, S>) -> BodyResult<S> + Send + Sync>;

impl<S: Scene, T: Send + Sync + 'static> FakeBody<S, T> {
    /// Its work after the delay; `None`: it hangs.
    #[expect(clippy::panic, reason = "test kit: the panic is what the test asks for")]
    fn work(&self) -> Option<ErasedWork<S>> {
        match &self.0.end {
            End::Work(work) => {
                let work = Arc::clone(work);
                Some(Box::new(move |inputs| work(inputs).map(|value| Box::new(value) as Datum).map_err(NoDatum::Error)))
            }
            End::Panic => {
                let name = self.0.name;
                Some(Box::new(move |_| panic!("{name} was told to panic")))
            }
            End::Hang | End::Skip(_) => None,
        }
    }
}
