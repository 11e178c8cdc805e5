//! Inputs: the type of a task's input declares its edges in the plan and is its only access to data.

mod leaves;
mod tuples;

use std::any::Any;

use crate::{
    Context, Reads, Scene,
    by_node::NodeId,
    plan::{body::Owned, context::Slot},
};

pub use leaves::{IfWritten, Items, Own};

/// The input of a task, a filter, a sorter, a contribution or a cut.
///
/// | input | meaning |
/// |---|---|
/// | `&'a T` | needed: without the datum `T` the reader does not run |
/// | [`Maybe<'a, T>`](crate::Maybe) | the reader handles skipped and failed itself |
/// | [`IfWritten<'a, T>`] | like `Maybe`, but the plan may have no task that returns `T` |
/// | [`Own<T>`] | needed, and taken by value: `T` has no other reader in the plan |
/// | [`Items<'a, S>`] | the joined list, before filters |
/// | [`Kept<'a, S>`](crate::Kept) | the list after filters, before the order |
/// | [`Page<'a, S>`](crate::Page) | the list after filters, order and cut |
/// | `()`, tuples of up to 12 | nothing; several |
///
/// A struct with `#[derive(Inputs)]` names several inputs, and may contain other such structs:
///
/// ```
/// use live_pack_engine::{Inputs, Maybe, Page, test_util::Tiny};
/// # struct Covers; struct Lent;
///
/// #[derive(Inputs)]
/// struct CardInputs<'a> {
///     page: Page<'a, Tiny>,
///     covers: &'a Covers,
///     lent: Maybe<'a, Lent>,
/// }
/// ```
///
/// A plain datum is not an input, and the compiler error lists what is:
///
/// ```compile_fail,E0277
/// use live_pack_engine::{Context, Stage, Task, TaskResult, test_util::Tiny};
/// # struct Covers; struct CardConverter;
///
/// impl Task<Tiny> for CardConverter {
///     type Output = ();
///     type Input<'a> = Covers; // `&'a Covers`, `Maybe<'a, Covers>` or `Own<Covers>`
///     const STAGE: Stage = Stage::Converters;
///
///     async fn run(&self, _cx: &Context<Tiny>, _covers: Covers) -> TaskResult<Tiny, ()> {
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an input of a task of the scene `{S}`",
    label = "not an input",
    note = "an input is `&'a T`, `Maybe<'a, T>`, `IfWritten<'a, T>`, `Own<T>`, `Items<'a, {S}>`, `Kept<'a, {S}>`, `Page<'a, {S}>`, a tuple of up to 12 inputs, or a struct of inputs with `#[derive(Inputs)]`",
    note = "the lifetime is that of `type Input<'a>`; a list of another scene than `{S}` cannot be read"
)]
pub trait Inputs<'a, S: Scene>: Sized + Send {
    /// Adds the edges, in the order in which [`Self::take`] reads them.
    fn declare(reads: &mut Reads);

    /// Takes the data, in the order of [`Self::declare`]; `None` if the plan was not compiled for this reader.
    fn take(from: &mut Taker<'a, S>) -> Option<Self>;
}

/// Iterates over the data that a reader declared, in declaration order.
pub struct Taker<'a, S: Scene> {
    cx: &'a Context<S>,
    inputs: std::slice::Iter<'a, Option<NodeId>>,
    owned: Owned,
}

impl<S: Scene> std::fmt::Debug for Taker<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Taker").field("left", &self.inputs.len()).finish_non_exhaustive()
    }
}

impl<'a, S: Scene> Taker<'a, S> {
    pub(crate) fn new(cx: &'a Context<S>, owned: Owned) -> Self {
        Self { cx, inputs: cx.inputs().iter(), owned }
    }

    /// The next declared datum.
    fn next(&mut self) -> Option<Next<'a>> {
        match *self.inputs.next()? {
            Some(writer) => self.cx.shared.slots[writer].get().map(Next::Written),
            None => Some(Next::NotInPlan),
        }
    }

    /// The next value taken by value.
    fn next_owned<T: Any>(&mut self) -> Option<T> {
        self.inputs.next()?;
        self.owned.pop()?.downcast().ok().map(|value| *value)
    }
}

/// State of a declared datum.
enum Next<'a> {
    /// Its writer has ended.
    Written(&'a Slot),
    /// No task of the plan returns it.
    NotInPlan,
}

/// Takes the inputs of a reader.
pub(crate) fn take<'a, S: Scene, I: Inputs<'a, S>>(cx: &'a Context<S>, owned: Owned) -> Option<I> {
    I::take(&mut Taker::new(cx, owned))
}

/// The datum at a position in the declarations of a reader without an input type.
#[cfg(any(test, feature = "test-util"))]
pub(crate) fn peek<'a, S: Scene, T: Send + Sync + 'static>(
    cx: &'a Context<S>,
    place: usize,
) -> Option<crate::Maybe<'a, T>> {
    let inputs = cx.inputs().get(place..)?.iter();
    Inputs::take(&mut Taker { cx, inputs, owned: Owned::new() })
}

/// The edges of a reader.
pub(crate) fn declared<S: Scene, I: Inputs<'static, S>>() -> Reads {
    let mut reads = Reads::default();
    I::declare(&mut reads);
    reads
}

#[cfg(test)]
mod tests;
