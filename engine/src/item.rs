//! Item providers: what the list is made of.

use crate::{
    Context, Reads, Scene, TaskResult,
    inputs::Owned,
    reads::short_name,
    task::{Body, NoDatum, Started},
};

/// Contributes items to the list from data that other providers left. Several contributions are joined in the order of
/// registration. Strong, and never waits: what it needs is fetched by the providers it reads.
pub trait Items<S: Scene>: Send + Sync + 'static {
    /// Its name in configuration, records and metrics: that of its type.
    fn name(&self) -> &'static str {
        short_name::<Self>()
    }

    /// What it is made of.
    fn reads(&self) -> Reads;

    /// The contribution.
    ///
    /// # Errors
    /// A reason to end the engine; an empty contribution that must not be is one.
    fn items(&self, cx: &Context<S>) -> TaskResult<S, Vec<S::Item>>;
}

/// What happens when no item is left after the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenEmpty {
    /// All loaders run all the same.
    GoOn,
    /// Straight to the converters: the loaders that work on the page, by themselves or by what they read, are skipped.
    /// The others have nothing to do with the list and run in any case.
    #[default]
    SkipLoaders,
}

pub(crate) struct ItemsBody<T>(pub(crate) T);

impl<S: Scene, T: Items<S>> Body<S> for ItemsBody<T> {
    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        Started::Ended(self.0.items(cx).map(|items| Box::new(items) as _).map_err(NoDatum::Error))
    }
}
