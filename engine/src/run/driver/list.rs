//! Builds the list: joins contributions, applies filters and sorters, cuts the page.

use tokio::time::Instant;

use super::Driver;
use crate::{
    EngineError, Rejections, Scene, TaskFault, WhenEmpty,
    by_node::NodeId,
    catch::{Caught, catch},
    list::{Folded, Kept},
    sorter::Keys,
};

impl<S: Scene> Driver<'_, S> {
    /// Joins the contributions in the order of registration; items move.
    pub(super) fn join(&mut self, id: NodeId) {
        let mut items = Vec::new();
        for &contribution in &self.plan.contributions {
            let taken = self.take_handed(contribution).and_then(|datum| datum.downcast::<Vec<S::Item>>().ok());
            if let Some(taken) = taken {
                if items.is_empty() { items = *taken } else { items.extend(*taken) }
            }
        }
        // written once: the join runs once
        let _ = self.cx.shared.items.set(items);
        self.release(id);
    }

    /// Leaves out rejected items, for readers of the kept ones.
    pub(super) fn keep(&mut self, id: NodeId) {
        self.make_kept();
        self.clock_read(Instant::now());
        self.release(id);
    }

    fn make_kept(&self) {
        let shared = &self.cx.shared;
        shared.kept.get_or_init(|| {
            let mut rejected = Vec::new();
            for &filter in &self.plan.filters {
                let rejections = shared.output::<Rejections>(filter).map_or(&[][..], |rejections| &rejections.0);
                rejected.extend(rejections.iter().map(|&(place, why)| (place, filter, why)));
            }
            Kept::without(rejected, shared.items.get().map_or(0, Vec::len))
        });
    }

    /// Applies filters, sorters and the cut. A rule that cannot be applied ends the engine.
    pub(super) fn fold(&mut self, id: NodeId) {
        let node = self.node(id);
        self.cx.node = id;
        self.cx.deadline = self.cut_at;
        if let Some((needs, _)) = self.missing(node) {
            self.error = Some(EngineError::DependencyFailed { task: node.name, needs });
            return;
        }
        self.make_kept();
        let shared = &self.cx.shared;
        let kept = shared.kept.get().map(|kept| kept.order.clone()).unwrap_or_default();
        let keys = self.plan.sorters.iter().filter_map(|id| shared.output::<Keys>(*id)).map(|keys| &keys.0[..]);
        let keys: Vec<_> = keys.collect();
        let items = shared.items.get().map_or(&[][..], Vec::as_slice);
        let folded = match catch(node.name, || Folded::fold(&self.cx, items, kept, &keys, &*self.plan.cut)) {
            Ok(Some(folded)) => folded,
            Ok(None) => {
                self.error = Some(EngineError::Fault { task: node.name, fault: TaskFault::NoInputs });
                return;
            }
            Err(Caught) => {
                self.error = Some(EngineError::Panic { task: node.name });
                return;
            }
        };
        self.empty = folded.order.is_empty() && self.plan.when_empty == WhenEmpty::SkipLoaders;
        // written once: the fold runs once
        let _ = shared.folded.set(folded);
        self.folded = true;
        self.clock_read(Instant::now());
        self.release(id);
    }
}
