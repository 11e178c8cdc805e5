//! The plan: tasks and configuration, checked together and frozen.
//!
//! A plan holds the bodies of its tasks, a body starts with a context, and a context holds the plan: the modules
//! below are parts of this one structure.

pub(crate) mod body;
pub(crate) mod context;
mod explain;
pub(crate) mod hook;
pub(crate) mod picture;
pub(crate) mod record;
pub(crate) mod shadow_node;

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc, time::Duration};

use self::{
    body::{Body, CutBody},
    hook::Hooks,
    shadow_node::ShadowNode,
};
use crate::{
    Importance, Mode, Rollout, Scene, Shedding, Stage, Strength, Waits, WhenEmpty,
    by_node::{ByNode, NodeId},
    catch::{RunningTask, catch},
    conf::Origins,
    reads,
    strength_rule::StrengthRule,
};

/// A fault of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The engine.
    pub engine: String,
    /// The task at fault, if any; in a flow, the step or branch.
    pub task: Option<String>,
    /// The field at fault in a branch's configuration.
    pub field: Option<&'static str>,
    /// The message: the rule and the value found.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.task {
            Some(task) => write!(f, "{}: {task}: {}", self.engine, self.text),
            None => write!(f, "{}: {}", self.engine, self.text),
        }
    }
}

/// A datum that a node reads, and its writer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResolvedRead {
    pub(crate) mode: reads::Mode,
    pub(crate) writer: NodeId,
}

/// Reasons why one node waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It reads the other's datum.
    Reads,
    /// It works on the list.
    List,
    /// Configured with `depends_on`.
    Configured,
    /// Staged mode: the preceding stage must have ended.
    Stage,
}

impl Cause {
    /// Whether the other's value is read, not only its end awaited.
    pub(crate) const fn carries_value(self) -> bool {
        matches!(self, Self::Reads | Self::List)
    }
}

/// The work of a node.
pub(crate) enum Kind<S: Scene> {
    /// A task.
    Body(Arc<dyn Body<S>>),
    /// Joins the contributions to the list.
    Join,
    /// Removes rejected items, for readers of the kept list.
    Keep,
    /// Applies filters, order and cut.
    Fold,
    /// Staged mode: waits for a stage.
    Gate,
}

pub(crate) struct Node<S: Scene> {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    pub(crate) kind: Kind<S>,
    pub(crate) reads: Vec<ResolvedRead>,
    /// The writers of its declared data, in declaration order; `None` if no task of the plan returns a datum.
    pub(crate) inputs: Vec<Option<NodeId>>,
    /// The writers whose data it takes by value, in the order of its inputs.
    pub(crate) takes: Vec<NodeId>,
    /// Whether its datum is taken by value, by another task or by the join.
    pub(crate) handed_on: bool,
    pub(crate) predecessors: Vec<(NodeId, Cause)>,
    pub(crate) successors: Vec<NodeId>,
    pub(crate) enabled: bool,
    pub(crate) timeout: Option<Duration>,
    /// The configured strength.
    pub(crate) strength: Option<Strength>,
    /// The registered strength.
    pub(crate) registered: StrengthRule<S>,
    pub(crate) rollout: Option<Rollout>,
    pub(crate) importance: Importance,
    pub(crate) waits: Waits,
    /// Transitive dependents through `need` edges; `None` if its absence always ends the engine. A task is shed
    /// only if none of them is strong in the current request.
    pub(crate) needed_by: Option<Vec<NodeId>>,
    pub(crate) origins: Origins,
    /// A loader that works on the page, directly or indirectly, in a plan that skips such loaders if the list is empty.
    /// Other loaders do not depend on the list and may end before it is known to be empty.
    pub(crate) skipped_when_empty: bool,
}

impl<S: Scene> Node<S> {
    pub(crate) const fn is_task(&self) -> bool {
        matches!(self.kind, Kind::Body(_))
    }

    pub(crate) const fn is_gate(&self) -> bool {
        matches!(self.kind, Kind::Gate)
    }
}

/// A definition and its configuration, checked and frozen, with the type `A` of its answer. Resident and cheap to
/// clone; an [`crate::Engine`] runs it for one request. [`AnyPlan`] has the parts that do not depend on the answer.
pub struct Plan<S: Scene, A> {
    any: Arc<AnyPlan<S>>,
    answer: PhantomData<fn() -> A>,
}

/// A plan without the type of its answer.
pub struct AnyPlan<S: Scene> {
    pub(crate) engine: &'static str,
    pub(crate) mode: Mode,
    pub(crate) timeout: Duration,
    pub(crate) reserve: Duration,
    pub(crate) shedding: Option<Shedding>,
    pub(crate) version: String,
    pub(crate) origins: Origins,
    pub(crate) nodes: ByNode<Node<S>>,
    pub(crate) contributions: Vec<NodeId>,
    pub(crate) filters: Vec<NodeId>,
    pub(crate) sorters: Vec<NodeId>,
    pub(crate) cut: Arc<dyn CutBody<S>>,
    /// The node that folds the list, if any.
    pub(crate) fold: Option<NodeId>,
    pub(crate) when_empty: WhenEmpty,
    pub(crate) answer: NodeId,
    pub(crate) answer_name: &'static str,
    pub(crate) hooks: Hooks<S>,
    /// The enabled shadows; their numbers follow those of the nodes.
    pub(crate) shadows: Vec<ShadowNode<S>>,
}

impl<S: Scene, A> Clone for Plan<S, A> {
    fn clone(&self) -> Self {
        Self { any: Arc::clone(&self.any), answer: PhantomData }
    }
}

impl<S: Scene, A> fmt::Debug for Plan<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.any.fmt(f)
    }
}

impl<S: Scene, A> Deref for Plan<S, A> {
    type Target = AnyPlan<S>;

    fn deref(&self) -> &AnyPlan<S> {
        &self.any
    }
}

impl<S: Scene> fmt::Debug for AnyPlan<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("engine", &self.engine).field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl<S: Scene, A> Plan<S, A> {
    pub(crate) fn new(plan: AnyPlan<S>) -> Self {
        Self { any: Arc::new(plan), answer: PhantomData }
    }

    pub(crate) const fn any(&self) -> &Arc<AnyPlan<S>> {
        &self.any
    }
}

impl<S: Scene> AnyPlan<S> {
    /// The name of the engine.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.engine
    }

    /// The task of `node`, for the panic guard.
    pub(crate) fn running_task(&self, node: NodeId) -> RunningTask {
        RunningTask { engine: self.engine, task: self.nodes[node].name }
    }

    pub(crate) fn shadow(&self, node: NodeId) -> Option<&ShadowNode<S>> {
        self.shadows.get(node.index().checked_sub(self.nodes.len())?)
    }

    /// The strength of `node` in `request`. A task whose rule panics counts as strong, so that no failure is hidden.
    pub(crate) fn strength(&self, node: NodeId, request: &S::Request) -> Strength {
        let found = &self.nodes[node];
        let registered = || catch(self.running_task(node), || found.registered.of(request)).unwrap_or(Strength::Strong);
        found.strength.unwrap_or_else(registered)
    }

    /// The tasks that are strong in `request`, in record order: the failure of one ends the engine.
    #[must_use]
    pub fn strong_tasks(&self, request: &S::Request) -> Vec<&'static str> {
        let tasks = self.nodes.iter().filter(|(_, node)| node.is_task());
        let strong = tasks.filter(|(id, _)| self.strength(*id, request) == Strength::Strong);
        strong.map(|(_, node)| node.name).collect()
    }

    /// The enabled tasks that are strong in all or some requests, in record order.
    pub fn may_be_strong(&self) -> impl Iterator<Item = &'static str> {
        let weak =
            |node: &Node<S>| node.strength.map_or(node.registered.name(), Strength::name) == Strength::Weak.name();
        let strong = move |node: &&Node<S>| node.is_task() && node.enabled && !weak(node);
        self.nodes.iter().map(|(_, node)| node).filter(strong).map(|node| node.name)
    }

    /// The version of the configuration that it was compiled from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Number of panics in hooks, across all plans of the same definition.
    #[must_use]
    pub fn hook_panics(&self) -> u64 {
        self.hooks.panics()
    }

    /// Maximum duration of the engine.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Part of the timeout that is reserved for the converters.
    #[must_use]
    pub const fn reserve(&self) -> Duration {
        self.reserve
    }
}

#[cfg(test)]
mod tests;
