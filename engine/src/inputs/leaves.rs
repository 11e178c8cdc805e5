//! The basic inputs: a datum, and the list.

use std::ops::Deref;

use super::{Inputs, Next, Taker};
use crate::{Kept, Maybe, Page, Reads, Scene, SkipReason, plan::context::Slot, reads::Mode};

impl<'a, S: Scene, T: Send + Sync + 'static> Inputs<'a, S> for &'a T {
    fn declare(reads: &mut Reads) {
        reads.add::<T>(Mode::Need);
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        match from.next()? {
            Next::Written(Slot::Done(datum)) => datum.downcast_ref(),
            Next::Written(Slot::Handed { .. } | Slot::Skipped(_) | Slot::Failed) | Next::NotInPlan => None,
        }
    }
}

impl<'a, S: Scene, T: Send + Sync + 'static> Inputs<'a, S> for Maybe<'a, T> {
    fn declare(reads: &mut Reads) {
        reads.add::<T>(Mode::Maybe);
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        match from.next()? {
            Next::Written(Slot::Done(datum)) => datum.downcast_ref().map(Self::Done),
            Next::Written(Slot::Skipped(reason)) => Some(Self::Skipped(*reason)),
            Next::Written(Slot::Failed) => Some(Self::Failed),
            Next::Written(Slot::Handed { .. }) => None,
            Next::NotInPlan => Some(Self::Skipped(SkipReason::NotInPlan)),
        }
    }
}

/// A datum that only some plans have: read like [`Maybe`], and skipped with [`SkipReason::NotInPlan`] if no task
/// returns it. For readers used in several engines.
#[derive(Debug)]
pub struct IfWritten<'a, T>(pub Maybe<'a, T>);

impl<T> Clone for IfWritten<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for IfWritten<'_, T> {}

impl<'a, T> IfWritten<'a, T> {
    /// The value, for a reader that does not distinguish skipped, failed and not in the plan.
    #[must_use]
    pub const fn done(self) -> Option<&'a T> {
        self.0.done()
    }
}

impl<'a, S: Scene, T: Send + Sync + 'static> Inputs<'a, S> for IfWritten<'a, T> {
    fn declare(reads: &mut Reads) {
        reads.add::<T>(Mode::IfWritten);
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        Maybe::take(from).map(Self)
    }
}

/// A datum taken by value. A plan with a second reader of it is faulty.
#[derive(Debug)]
pub struct Own<T>(pub T);

impl<T> Deref for Own<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, S: Scene, T: Send + Sync + 'static> Inputs<'a, S> for Own<T> {
    fn declare(reads: &mut Reads) {
        reads.add::<T>(Mode::Own);
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        from.next_owned().map(Self)
    }
}

/// The joined list, before filters.
pub struct Items<'a, S: Scene>(&'a [S::Item]);

impl<S: Scene> Clone for Items<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Scene> Copy for Items<'_, S> {}

impl<S: Scene> std::fmt::Debug for Items<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Items").field("len", &self.0.len()).finish()
    }
}

impl<'a, S: Scene> Items<'a, S> {
    /// The items, in the order in which they were contributed.
    #[must_use]
    pub const fn all(self) -> &'a [S::Item] {
        self.0
    }
}

impl<S: Scene> Deref for Items<'_, S> {
    type Target = [S::Item];

    fn deref(&self) -> &[S::Item] {
        self.0
    }
}

impl<'a, S: Scene> Inputs<'a, S> for Items<'a, S> {
    fn declare(reads: &mut Reads) {
        reads.items = true;
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        Some(Self(from.cx.joined()))
    }
}

impl<'a, S: Scene> Inputs<'a, S> for Kept<'a, S> {
    fn declare(reads: &mut Reads) {
        reads.kept = true;
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        let kept = from.cx.shared.kept.get()?;
        Some(Self::new(from.cx.joined(), kept))
    }
}

impl<'a, S: Scene> Inputs<'a, S> for Page<'a, S> {
    fn declare(reads: &mut Reads) {
        reads.page = true;
    }

    fn take(from: &mut Taker<'a, S>) -> Option<Self> {
        from.cx.folded().map(Self::new)
    }
}
