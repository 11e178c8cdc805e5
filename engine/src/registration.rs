//! Registration: a task with its name, strength and importance in an engine.

use std::sync::Arc;

use crate::{
    Filter, Importance, ItemProvider, Scene, Sorter, Stage, Task,
    filter::FilterBody,
    inputs::declared,
    item_provider::ItemsBody,
    reads::short_name,
    sorter::SorterBody,
    task::TaskBody,
    task_entry::{Role, TaskEntry, output},
};

/// A task, filter, sorter or contribution with a name or importance other than its default: see [`named`], [`high`], [`low`].
#[derive(Debug, Clone, Copy)]
pub struct Registered<T> {
    task: T,
    name: Option<&'static str>,
    importance: Option<Importance>,
}

impl<T> Registered<T> {
    const fn new(task: T) -> Self {
        Self { task, name: None, importance: None }
    }

    /// Under pressure it is never shed.
    #[must_use]
    pub fn high(self) -> Self {
        Self { importance: Some(Importance::High), ..self }
    }

    /// Under pressure it is shed first.
    #[must_use]
    pub fn low(self) -> Self {
        Self { importance: Some(Importance::Low), ..self }
    }
}

/// The task under a name other than that of its type, used in configuration, records and metrics.
pub const fn named<T>(name: &'static str, task: T) -> Registered<T> {
    let mut registered = Registered::new(task);
    registered.name = Some(name);
    registered
}

/// The task with [`Importance::High`]: under pressure it is never shed.
pub const fn high<T>(task: T) -> Registered<T> {
    let mut registered = Registered::new(task);
    registered.importance = Some(Importance::High);
    registered
}

/// The task with [`Importance::Low`]: under pressure it is shed first.
pub const fn low<T>(task: T) -> Registered<T> {
    let mut registered = Registered::new(task);
    registered.importance = Some(Importance::Low);
    registered
}

/// A value that a definition can register as a `Kind`. The engine implements it for every task, filter, sorter and
/// contribution, and for [`Registered`] ones; `How` distinguishes these.
///
/// A task in the wrong list does not compile, and the compiler error says what each list takes:
///
/// ```compile_fail,E0277
/// use live_pack_engine::{Definition, Filter, test_util::Tiny};
///
/// struct LimitFilter;
///
/// impl Filter<Tiny> for LimitFilter {
///     type Input<'a> = ();
/// }
///
/// let definition = Definition::<Tiny>::new("Page").task(LimitFilter); // `.filter(LimitFilter)`
/// ```
///
/// Nor does a task of another scene compile:
///
/// ```compile_fail,E0277
/// # use live_pack_engine::{Context, Definition, Scene, Stage, Subject, Task, TaskResult, test_util::Tiny};
/// # struct Library;
/// # impl Scene for Library {
/// #     type Request = ();
/// #     type Item = ();
/// #     type Stop = ();
/// #     type Error = std::fmt::Error;
/// #     fn subject((): &()) -> Subject<'_> {
/// #         Subject { key: 0, region: "", app_version: 0 }
/// #     }
/// #     fn item_id((): &()) -> i64 {
/// #         0
/// #     }
/// # }
/// struct CoverLoader;
///
/// impl Task<Library> for CoverLoader {
///     type Output = u8;
///     type Input<'a> = ();
///     const STAGE: Stage = Stage::Loaders;
///
///     async fn run(&self, _cx: &Context<Library>, (): ()) -> TaskResult<Library, u8> {
///         Ok(1)
///     }
/// }
///
/// let definition = Definition::<Tiny>::new("Page").task(CoverLoader); // `impl Task<Tiny> for CoverLoader`
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be registered here, in an engine of the scene `{S}`",
    label = "this list does not take it",
    note = "`.task`, `.strong` and `.strong_if` take a `Task<{S}>`, `.filter` a `Filter<{S}>`, `.sorter` a `Sorter<{S}>`, `.items` an `ItemProvider<{S}>`",
    note = "a task serves the engines of the scenes for which it implements its trait"
)]
pub trait Register<S: Scene, Kind, How> {
    /// The entry of the definition.
    fn register(self) -> Registration<S>;
}

/// An entry of a definition under construction.
pub struct Registration<S: Scene>(pub(crate) TaskEntry<S>);

impl<S: Scene> std::fmt::Debug for Registration<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration").field("name", &self.0.name).finish_non_exhaustive()
    }
}

/// Kinds of registration: the `Kind` of [`Register`].
pub mod kind {
    /// A task.
    #[derive(Debug)]
    pub struct Task;
    /// A filter.
    #[derive(Debug)]
    pub struct Filter;
    /// A sorter.
    #[derive(Debug)]
    pub struct Sorter;
    /// A contribution to the list.
    #[derive(Debug)]
    pub struct ItemProvider;
}

/// Ways of registration: the `How` of [`Register`].
pub mod how {
    /// Without changes.
    #[derive(Debug)]
    pub struct Typed;
    /// With another name or importance.
    #[derive(Debug)]
    pub struct Changed<How>(std::marker::PhantomData<How>);
}

impl<S: Scene, Kind, How, T: Register<S, Kind, How>> Register<S, Kind, how::Changed<How>> for Registered<T> {
    fn register(self) -> Registration<S> {
        let Registration(entry) = self.task.register();
        let (name, importance) = (self.name.unwrap_or(entry.name), self.importance.unwrap_or(entry.importance));
        Registration(TaskEntry { name, importance, ..entry })
    }
}

impl<S: Scene, T: Task<S>> Register<S, kind::Task, how::Typed> for T {
    fn register(self) -> Registration<S> {
        let reads = declared::<S, T::Input<'static>>();
        let entry = TaskEntry::new(short_name::<T>(), T::STAGE, Role::Task, reads, Arc::new(TaskBody(self)));
        Registration(TaskEntry { output: Some(output::<T::Output>()), ..entry })
    }
}

impl<S: Scene, T: Filter<S>> Register<S, kind::Filter, how::Typed> for T {
    fn register(self) -> Registration<S> {
        let (name, reads) = (short_name::<T>(), declared::<S, T::Input<'static>>());
        Registration(TaskEntry::new(name, Stage::Filters, Role::Filter, reads, Arc::new(FilterBody(self))))
    }
}

impl<S: Scene, T: Sorter<S>> Register<S, kind::Sorter, how::Typed> for T {
    fn register(self) -> Registration<S> {
        let (name, reads) = (short_name::<T>(), declared::<S, T::Input<'static>>());
        Registration(TaskEntry::new(name, Stage::Sorters, Role::Sorter, reads, Arc::new(SorterBody(self))))
    }
}

impl<S: Scene, T: ItemProvider<S>> Register<S, kind::ItemProvider, how::Typed> for T {
    fn register(self) -> Registration<S> {
        let (name, reads) = (short_name::<T>(), declared::<S, T::Input<'static>>());
        Registration(TaskEntry::new(name, Stage::Providers, Role::Items, reads, Arc::new(ItemsBody(self))))
    }
}
