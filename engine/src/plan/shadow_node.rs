//! Shadows in a plan, the results of their comparisons, and their counters.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{ResolvedRead, body::NoDatum, context::Context};
use crate::{Rollout, Scene, Work, by_node::NodeId};

/// The result of comparing a shadow with the task it shadows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shadowed {
    /// The comparison found no difference.
    Equal,
    /// The comparison found a difference.
    Different,
    /// The shadow failed, panicked or timed out, while the old version returned its datum.
    Failed,
    /// There was nothing to compare: the shadow had nothing to do, a datum that it needs is missing, or the old version has
    /// no datum.
    Skipped,
    /// The queue was full or closed.
    Dropped,
}

impl Shadowed {
    /// All results, in the order of [`ShadowCounts`].
    pub const ALL: [Self; 5] = [Self::Equal, Self::Different, Self::Failed, Self::Skipped, Self::Dropped];

    /// The name, for metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "different",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Dropped => "dropped",
        }
    }
}

/// Results of a shadow's runs so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShadowCounts {
    /// [`Shadowed::Equal`].
    pub equal: u64,
    /// [`Shadowed::Different`].
    pub different: u64,
    /// [`Shadowed::Failed`].
    pub failed: u64,
    /// [`Shadowed::Skipped`].
    pub skipped: u64,
    /// [`Shadowed::Dropped`].
    pub dropped: u64,
}

/// Counters of one shadow of a definition, shared by all plans compiled from it.
#[derive(Debug, Default)]
pub(crate) struct Counters([AtomicU64; 5]);

impl Counters {
    pub(crate) fn count(&self, shadowed: Shadowed) {
        if let Some(counter) = self.0.get(shadowed as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn counts(&self) -> ShadowCounts {
        let [equal, different, failed, skipped, dropped] = self.0.each_ref().map(|count| count.load(Ordering::Relaxed));
        ShadowCounts { equal, different, failed, skipped, dropped }
    }
}

/// A shadow of any output type and compared type.
pub(crate) trait ShadowBody<S: Scene>: Send + Sync {
    /// Whether the outputs are equal; `None` if there is nothing to compare with.
    fn run(self: Arc<Self>, cx: Context<S>) -> Work<Result<Option<bool>, NoDatum<S>>>;
}

/// A shadow in a plan.
pub(crate) struct ShadowNode<S: Scene> {
    pub(crate) name: &'static str,
    pub(crate) reads: Vec<ResolvedRead>,
    /// The writers of its declared data, in declaration order; `None` if no task of the plan returns a datum.
    pub(crate) inputs: Vec<Option<NodeId>>,
    /// The writer of the datum it is compared with.
    pub(crate) old: NodeId,
    pub(crate) rollout: Rollout,
    pub(crate) timeout: Duration,
    pub(crate) body: Arc<dyn ShadowBody<S>>,
    pub(crate) counters: Arc<Counters>,
}

impl<S: Scene> Context<S> {
    /// This shadow's entry in the plan.
    pub(crate) fn shadow(&self) -> Option<&ShadowNode<S>> {
        self.shared.plan.shadow(self.node)
    }
}
