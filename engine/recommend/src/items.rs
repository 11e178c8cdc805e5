//! Item data read from the stores by conditions and re-rankers: condition columns, and one label per item.

use std::sync::Arc;

use crate::{
    ask::Request,
    candidates::Candidates,
    cel::{Columns, Condition},
    error::NodeError,
    node::Work,
    parts::{FeatureStore, LabelStore, Labels, Parts},
};

/// Stores of item data.
#[derive(Clone)]
pub(crate) struct ItemData {
    pub(crate) features: Arc<dyn FeatureStore>,
    pub(crate) labels: Arc<dyn LabelStore>,
}

impl ItemData {
    /// The stores of the resident parts.
    pub(crate) fn of(parts: &Parts) -> Self {
        Self { features: Arc::clone(&parts.features), labels: Arc::clone(&parts.labels) }
    }

    /// Whether each item satisfies each condition: one list per condition. All stores are read once.
    pub(crate) fn judge<'a>(
        &'a self,
        conditions: Vec<&'a Condition>,
        request: &'a Request,
        list: &'a Candidates,
    ) -> Work<'a, Vec<Vec<bool>>> {
        let labels = if conditions.iter().any(|condition| condition.reads_labels()) {
            self.labels.read(list.ids())
        } else {
            Work::now(Vec::new())
        };
        let features: Vec<_> = conditions
            .iter()
            .map(|condition| match condition.features() {
                [] => Work::now(Vec::new()),
                names => self.features.read(list.ids(), names),
            })
            .collect();
        let judge = move |labels: Vec<Labels>, features: Vec<Vec<f64>>| {
            let of = |(condition, features): (&&Condition, &Vec<f64>)| {
                let columns = Columns { ids: list.ids(), scores: list.scores(), features, labels: &labels };
                condition.each(request, &columns)
            };
            conditions.iter().zip(&features).map(of).collect()
        };
        all(labels, features, judge)
    }

    /// One label per item; `None` for an item without it.
    pub(crate) fn label<'a>(&'a self, name: &'a str, ids: &'a [i64]) -> Work<'a, Vec<Option<String>>> {
        self.labels.read(ids).then(move |labels| {
            Ok(labels.iter().map(|labels| labels.as_ref().and_then(|labels| labels.get(name)).cloned()).collect())
        })
    }

    /// One feature per item; NaN for an item without it.
    pub(crate) fn feature<'a>(&'a self, name: &'a [String], ids: &'a [i64]) -> Work<'a, Vec<f64>> {
        self.features.read(ids, name)
    }
}

/// Waits for all parts; no wait if all are ready.
fn all<'a, A, B, T>(
    first: Work<'a, A>,
    rest: Vec<Work<'a, B>>,
    join: impl FnOnce(A, Vec<B>) -> T + Send + 'a,
) -> Work<'a, T>
where
    A: Send + 'a,
    B: Send + 'a,
    T: 'a,
{
    let now = matches!(first, Work::Now(_)) && rest.iter().all(|work| matches!(work, Work::Now(_)));
    if !now {
        return Work::later(async move {
            let (first, rest) = futures_util::future::try_join(
                first.wait(),
                futures_util::future::try_join_all(rest.into_iter().map(Work::wait)),
            )
            .await?;
            Ok(join(first, rest))
        });
    }
    let ready = |work| match work {
        Work::Now(result) => result,
        Work::Later(_) => Err(NodeError::Broken("ready work has its items")),
    };
    let first = match first {
        Work::Now(result) => result,
        Work::Later(_) => Err(NodeError::Broken("ready work has its items")),
    };
    let rest: Result<Vec<B>, NodeError> = rest.into_iter().map(ready).collect();
    Work::Now(first.and_then(|first| Ok(join(first, rest?))))
}
