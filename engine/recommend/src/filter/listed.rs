//! Filters over sets of items or labels: `filter.blacklist`, `filter.user_block`, `filter.exposed`.

#![expect(clippy::indexing_slicing, reason = "PRESET is a constant, which the compiler checks against the table")]

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::on_error::OnError;
use crate::{
    candidates::Candidates,
    effect::{Effect, Removal},
    error::NodeError,
    items::ItemData,
    key::Key,
    node::{Call, Node, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Maximum number of set entries read.
const MOST: usize = 100_000;

/// Parameters of a filter over a set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedParams {
    /// Key of the set; by default, that of the filter.
    key: Option<Key>,
    /// Label whose value, an id, is looked up instead of the item, for example the seller.
    by: Option<String>,
    /// Age in seconds at which an entry expires; the scores of the set are then times in milliseconds.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    max_age_seconds: Option<f64>,
    /// Behaviour when the store does not answer.
    on_error: OnError,
}

/// The filters, each with its default key and the reason that it records.
pub(super) const PRESETS: [(&str, &str, &str); 3] = [
    ("filter.blacklist", "blacklist", "blacklisted"),
    ("filter.user_block", "block:{viewer}", "blocked by the viewer"),
    ("filter.exposed", "exposed:{viewer}", "shown to the viewer before"),
];

/// Removes the items in a set, or those with a label (such as the seller) in the set. The set is read once.
pub(crate) struct Listed<const PRESET: usize> {
    key: Key,
    by: Option<String>,
    max_age_ms: Option<f64>,
    on_error: OnError,
    lists: Arc<dyn Lists>,
    data: ItemData,
}

impl<E, const PRESET: usize> Configure<E> for Listed<PRESET> {
    const TYPE: &'static str = PRESETS[PRESET].0;
    type Params = ListedParams;

    fn configure(params: ListedParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self {
            key: params.key.map_or_else(|| Key::parse(PRESETS[PRESET].1).ok(), Some)?,
            by: params.by,
            max_age_ms: params.max_age_seconds.map(|seconds| seconds * 1_000.0),
            on_error: params.on_error,
            lists: Arc::clone(&site.parts().lists),
            data: ItemData::of(site.parts()),
        })
    }
}

impl<E: Sync, const PRESET: usize> Node<E> for Listed<PRESET> {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let key = match self.key.fill(call.ask.request, "") {
            Ok(key) => key,
            // An unknown viewer has seen and blocked nothing.
            Err(NodeError::Lacks("viewer")) => return Work::now(Effect::default()),
            Err(error) => return self.on_error.apply(Work::Now(Err(error)), list.len()),
        };
        let now = call.ask.request.now();
        let work = Work::later(async move {
            let since = match self.max_age_ms {
                Some(age) => Some(now? as f64 - age),
                None => None,
            };
            let set = self.lists.read(vec![key], MOST).wait().await?.into_iter().next().flatten().unwrap_or_default();
            let set: HashSet<i64> =
                set.iter().filter(|hit| since.is_none_or(|since| hit.score >= since)).map(|hit| hit.id).collect();
            let subjects: Vec<Option<i64>> = match &self.by {
                None => list.ids().iter().copied().map(Some).collect(),
                Some(label) => {
                    let labels = self.data.label(label, list.ids()).wait().await?;
                    labels.iter().map(|label| label.as_ref()?.parse().ok()).collect()
                }
            };
            let hits = (0u32..).zip(subjects).filter(|(_, id)| id.is_some_and(|id| set.contains(&id)));
            Ok(Effect::remove(hits.map(|(position, _)| Removal::new(position, PRESETS[PRESET].2)).collect()))
        });
        self.on_error.apply(work, list.len())
    }
}
