//! Builds the list: joins contributions, applies filters and sorters, cuts the page.

use tokio::time::Instant;

use super::Driver;
use crate::{
    EngineError, Fold, Scene, TaskFault, WhenEmpty,
    by_node::NodeId,
    catch::{Caught, catch},
    item_provider::Contribution,
    list::{Folded, Joined, kept},
    rejections::Judged,
    sorter::Keys,
};

impl<S: Scene> Driver<'_, S> {
    /// Joins the contributions in order of registration, by moving the items.
    pub(super) fn join(&mut self, id: NodeId) {
        let mut made = Vec::new();
        let mut remembered = None;
        for &contribution in &self.plan.contributions {
            let taken = self.take_handed(contribution).and_then(|datum| datum.downcast::<Contribution<S::Item>>().ok());
            match taken.map(|taken| *taken) {
                Some(Contribution::Remembered(items)) => remembered = Some(items),
                Some(Contribution::Made(items)) if made.is_empty() => made = items,
                Some(Contribution::Made(items)) => made.extend(items),
                None => {}
            }
        }
        // written once, since the join runs once
        let _ = self.cx.shared.items.set(remembered.map_or_else(|| Joined::Made(made), Joined::Remembered));
        self.release(id);
    }

    /// Removes rejected items, for readers of the kept list.
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
                rejected.extend(shared.output::<Judged>(filter).map(|judged| &*judged.rejections));
            }
            kept(rejected, self.cx.joined().len())
        });
    }

    /// The results of the filters and sorters, without filters that rejected nothing.
    fn judged_and_sorted(&self) -> Fold {
        let shared = &self.cx.shared;
        let mut fold = Fold::over(self.cx.joined().len());
        for judged in self.plan.filters.iter().filter_map(|id| shared.output::<Judged>(*id)) {
            if !judged.rejections.is_empty() {
                fold.reject(&judged.rejections, judged.remembered);
            }
        }
        for keys in self.plan.sorters.iter().filter_map(|id| shared.output::<Keys>(*id)) {
            fold.sort(&keys.keys, keys.remembered);
        }
        fold
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
        let fold = || {
            let fold = self.judged_and_sorted();
            let remembered = fold.is_remembered();
            let order = S::order(&shared.request, fold);
            let page = self.plan.cut.page(&self.cx, self.cx.joined(), &order)?;
            Some(Folded { order, page, remembered })
        };
        let folded = match catch(self.plan.running_task(id), fold) {
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
        // written once, since the fold runs once
        let _ = shared.folded.set(folded);
        self.folded = true;
        self.clock_read(Instant::now());
        self.release(id);
    }
}
