//! The context: what a task of a running engine can see.

use std::{
    any::{Any, TypeId},
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    AnyPlan, List, Scene, SkipReason, TaskError, TaskResult,
    by_node::{ByNode, NodeId},
    list::{Folded, Kept},
    plan::{Kind, ResolvedRead},
    reads::{Mode, short_name},
    shadow::ShadowNode,
    task::{Body, Datum, NoDatum},
};

/// What a task left.
pub(crate) enum Slot {
    Done(Datum),
    /// Its datum was handed to the one reader that takes it by value; so many items, if it was a contribution.
    Handed {
        items: usize,
    },
    Skipped(SkipReason),
    Failed,
}

/// A datum as a reader sees it who can do without it.
#[derive(Debug)]
pub enum Maybe<'a, T> {
    /// Here it is.
    Done(&'a T),
    /// Its task did not run, and nothing failed.
    Skipped(SkipReason),
    /// Its task failed. Nobody turns this into "not there" without saying so.
    Failed,
}

impl<T> Clone for Maybe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Maybe<'_, T> {}

impl<'a, T> Maybe<'a, T> {
    /// The value, for a reader to whom skipped and failed are the same.
    #[must_use]
    pub const fn done(self) -> Option<&'a T> {
        match self {
            Self::Done(value) => Some(value),
            Self::Skipped(_) | Self::Failed => None,
        }
    }
}

/// What one run of an engine shares among its tasks.
pub(crate) struct Shared<S: Scene> {
    pub(crate) plan: Arc<AnyPlan<S>>,
    pub(crate) request: Arc<S::Request>,
    pub(crate) slots: ByNode<OnceLock<Slot>>,
    pub(crate) items: OnceLock<Vec<S::Item>>,
    pub(crate) kept: OnceLock<Kept>,
    pub(crate) folded: OnceLock<Folded>,
}

impl<S: Scene> Shared<S> {
    /// The output of a node that the engine itself reads.
    pub(crate) fn output<T: Any>(&self, node: NodeId) -> Option<&T> {
        match self.slots[node].get() {
            Some(Slot::Done(datum)) => datum.downcast_ref(),
            Some(Slot::Handed { .. } | Slot::Skipped(_) | Slot::Failed) | None => None,
        }
    }
}

/// What a task can see: the request, the data it declared, its deadline.
pub struct Context<S: Scene> {
    pub(crate) shared: Arc<Shared<S>>,
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

static NOTHING: Folded = Folded { order: Vec::new(), page: Vec::new() };

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

    /// Name of the task that holds this context, as configuration spells it.
    #[must_use]
    pub fn task(&self) -> &'static str {
        self.declared().0
    }

    /// When the task that holds this context must have ended.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The time until then.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The datum `T`, which the task declared with [`crate::Reads::need`].
    ///
    /// # Errors
    /// [`TaskError::Undeclared`] if it did not.
    pub fn need<T: 'static>(&self) -> TaskResult<S, &T> {
        match self.slot::<T>(|mode| mode == Mode::Need) {
            Some(Slot::Done(datum)) => datum.downcast_ref().ok_or_else(|| TaskError::Undeclared(short_name::<T>())),
            Some(Slot::Handed { .. } | Slot::Skipped(_) | Slot::Failed) | None => {
                Err(TaskError::Undeclared(short_name::<T>()))
            }
        }
    }

    /// The datum `T`, which the task declared with [`crate::Reads::maybe`] (or `need`: then it is there). One that was
    /// not declared reads as failed, and the log says so.
    #[must_use]
    pub fn maybe<T: 'static>(&self) -> Maybe<'_, T> {
        match self.slot::<T>(|_| true) {
            Some(Slot::Done(datum)) => datum.downcast_ref().map_or(Maybe::Failed, Maybe::Done),
            Some(Slot::Skipped(reason)) => Maybe::Skipped(*reason),
            Some(Slot::Failed | Slot::Handed { .. }) => Maybe::Failed,
            None if self.is_unwritten::<T>() => Maybe::Skipped(SkipReason::NotInPlan),
            None => {
                self.undeclared(short_name::<T>());
                Maybe::Failed
            }
        }
    }

    /// The joined list before filters; empty for a task that did not declare [`crate::Reads::items`], and the log says
    /// so. Filters and sorters always see it.
    #[must_use]
    pub fn items(&self) -> &[S::Item] {
        let (.., sees_items, _) = self.declared();
        if !sees_items {
            self.undeclared("the joined list");
            return &[];
        }
        self.joined()
    }

    /// The list after filters, order and cut; empty for a task that did not declare [`crate::Reads::page`], and the log
    /// says so.
    #[must_use]
    pub fn list(&self) -> List<'_, S::Item> {
        let (.., sees_page) = self.declared();
        if !sees_page {
            self.undeclared("the page");
            return List { items: &[], folded: &NOTHING };
        }
        List { items: self.joined(), folded: self.shared.folded.get().unwrap_or(&NOTHING) }
    }

    /// What the plan knows of this very shadow.
    pub(crate) fn shadow(&self) -> Option<&ShadowNode<S>> {
        self.shared.plan.shadow(self.node)
    }

    /// What this very task declared: its name, its reads, whether it sees the items, and the page.
    fn declared(&self) -> (&'static str, &[ResolvedRead], bool, bool) {
        match self.shadow() {
            None => {
                let node = &self.shared.plan.nodes[self.node];
                (node.name, &node.reads, node.sees_items, node.sees_page)
            }
            Some(shadow) => (shadow.name, &shadow.reads, shadow.sees_items, shadow.sees_page),
        }
    }

    /// The body of this very task.
    pub(crate) fn body<B: Body<S>>(&self) -> Result<&B, NoDatum<S>> {
        let body = match &self.shared.plan.nodes[self.node].kind {
            Kind::Body(body) => (&**body as &dyn Any).downcast_ref(),
            Kind::Join | Kind::Keep | Kind::Fold | Kind::Gate => None,
        };
        body.ok_or(NoDatum::no_inputs())
    }

    /// The writers of what this very task declared, in the order of its declarations.
    pub(crate) fn inputs(&self) -> &[Option<NodeId>] {
        match self.shadow() {
            None => &self.shared.plan.nodes[self.node].inputs,
            Some(shadow) => &shadow.inputs,
        }
    }

    pub(crate) fn joined(&self) -> &[S::Item] {
        self.shared.items.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn folded(&self) -> Option<List<'_, S::Item>> {
        Some(List { items: self.joined(), folded: self.shared.folded.get()? })
    }

    fn is_unwritten<T: 'static>(&self) -> bool {
        let unwritten = match self.shadow() {
            None => &self.shared.plan.nodes[self.node].unwritten,
            Some(shadow) => &shadow.unwritten,
        };
        unwritten.contains(&TypeId::of::<T>())
    }

    fn undeclared(&self, what: &str) {
        let (task, ..) = self.declared();
        tracing::error!(task, what, "task read what it had not declared");
    }

    // Only what the task declared can be read, so that an edge is never missing from the plan.
    fn slot<T: 'static>(&self, mode: impl Fn(Mode) -> bool) -> Option<&Slot> {
        let datum = TypeId::of::<T>();
        let read = |read: &&ResolvedRead| read.datum == datum && mode(read.mode);
        let (_, reads, ..) = self.declared();
        let read = reads.iter().find(read)?;
        self.shared.slots[read.writer].get()
    }
}
