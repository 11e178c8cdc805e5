//! The context: the request and the data that a task of a running engine can read.

use std::{
    any::Any,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::Instant;

use super::AnyPlan;
use crate::{
    Scene, SkipReason,
    by_node::{ByNode, NodeId},
    list::{Folded, Joined, List},
};

/// A datum with its type erased.
pub(crate) type Datum = Box<dyn Any + Send + Sync>;

/// The result of a task.
pub(crate) enum Slot {
    Done(Datum),
    /// Its datum was handed by value to its only reader; `items` is the number of items of a contribution.
    Handed {
        items: usize,
    },
    Skipped(SkipReason),
    Failed,
}

/// A datum for a reader that can do without it.
#[derive(Debug)]
pub enum Maybe<'a, T> {
    /// The value.
    Done(&'a T),
    /// Its task did not run, and nothing failed.
    Skipped(SkipReason),
    /// Its task failed. A reader must not treat this as "missing" silently.
    Failed,
}

impl<T> Clone for Maybe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Maybe<'_, T> {}

impl<'a, T> Maybe<'a, T> {
    /// The value, for a reader that does not distinguish skipped and failed.
    #[must_use]
    pub const fn done(self) -> Option<&'a T> {
        match self {
            Self::Done(value) => Some(value),
            Self::Skipped(_) | Self::Failed => None,
        }
    }
}

/// The shared state of the tasks in one run of an engine.
pub(crate) struct RunState<S: Scene> {
    pub(crate) plan: Arc<AnyPlan<S>>,
    pub(crate) request: Arc<S::Request>,
    pub(crate) slots: ByNode<OnceLock<Slot>>,
    pub(crate) items: OnceLock<Joined<S::Item>>,
    /// The indices of the items that no filter rejected, for readers of [`crate::Kept`].
    pub(crate) kept: OnceLock<Vec<u32>>,
    pub(crate) folded: OnceLock<Folded>,
}

impl<S: Scene> RunState<S> {
    /// The joined list; empty before it is joined.
    pub(crate) fn items(&self) -> &[S::Item] {
        self.items.get().map_or(&[], Joined::all)
    }

    /// The joined list, if it is remembered.
    pub(crate) fn remembered_items(&self) -> Option<&Arc<Vec<S::Item>>> {
        self.items.get()?.remembered()
    }

    /// The output of a node, for the engine's own use.
    pub(crate) fn output<T: Any>(&self, node: NodeId) -> Option<&T> {
        match self.slots[node].get() {
            Some(Slot::Done(datum)) => datum.downcast_ref(),
            Some(Slot::Handed { .. } | Slot::Skipped(_) | Slot::Failed) | None => None,
        }
    }
}

/// A task's view of the run: the request, and the task's name and deadline. Data are inputs of the task
/// ([`crate::Inputs`]).
pub struct Context<S: Scene> {
    pub(crate) shared: Arc<RunState<S>>,
    pub(crate) node: NodeId,
    pub(crate) deadline: Instant,
}

impl<S: Scene> Clone for Context<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), node: self.node, deadline: self.deadline }
    }
}

impl<S: Scene> std::fmt::Debug for Context<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("node", &self.node).field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl<S: Scene> Context<S> {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &S::Request {
        &self.shared.request
    }

    /// Name of the engine that runs.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        self.shared.plan.engine
    }

    /// Name of the task that holds this context, as in the configuration.
    #[must_use]
    pub fn task(&self) -> &'static str {
        self.shared.plan.shadow(self.node).map_or_else(|| self.shared.plan.nodes[self.node].name, |shadow| shadow.name)
    }

    /// Deadline of the task that holds this context.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Time left until the deadline.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The writers of this task's declared data, in declaration order.
    pub(crate) fn inputs(&self) -> &[Option<NodeId>] {
        match self.shared.plan.shadow(self.node) {
            None => &self.shared.plan.nodes[self.node].inputs,
            Some(shadow) => &shadow.inputs,
        }
    }

    pub(crate) fn joined(&self) -> &[S::Item] {
        self.shared.items()
    }

    pub(crate) fn folded(&self) -> Option<List<'_, S::Item>> {
        let (folded, remembered) = (self.shared.folded.get()?, self.shared.remembered_items());
        Some(List { items: self.joined(), folded, remembered })
    }
}
