//! The list in the making: contributions are joined, filters and sorters folded into a page.

use tokio::time::Instant;

use super::Driver;
use crate::{
    EngineError, Rejections, Scene, WhenEmpty, by_node::NodeId, catch::catch, item::Contribution, list::Folded,
    sorter::Keys,
};

impl<S: Scene> Driver<'_, S> {
    /// Joins the contributions in the order of registration; items move.
    pub(super) fn join(&mut self, id: NodeId) {
        let shared = &self.cx.shared;
        let mut items = Vec::new();
        for &contribution in &self.plan.contributions {
            let contribution = shared.output::<Contribution<S::Item>>(contribution);
            let taken = contribution.and_then(|c| c.items.lock().ok()?.take());
            if let Some(taken) = taken {
                if items.is_empty() { items = taken } else { items.extend(taken) }
            }
        }
        // written once: the join runs once
        let _ = shared.items.set(items);
        self.release(id);
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
        let shared = &self.cx.shared;
        let mut rejected = Vec::new();
        for &filter in &self.plan.filters {
            let rejections = shared.output::<Rejections>(filter).map_or(&[][..], |rejections| &rejections.0);
            rejected.extend(rejections.iter().map(|&(place, why)| (place, filter, why)));
        }
        let keys = self.plan.sorters.iter().filter_map(|id| shared.output::<Keys>(*id)).map(|keys| &keys.0[..]);
        let keys: Vec<_> = keys.collect();
        let items = shared.items.get().map_or(&[][..], Vec::as_slice);
        let Ok(folded) = catch(node.name, || Folded::fold(&self.cx, items, rejected, &keys, &*self.plan.cut)) else {
            self.error = Some(EngineError::Panic { task: node.name });
            return;
        };
        self.empty = folded.order.is_empty() && self.plan.when_empty == WhenEmpty::SkipLoaders;
        // written once: the fold runs once
        let _ = shared.folded.set(folded);
        self.folded = true;
        self.clock_read(Instant::now());
        self.release(id);
    }
}
