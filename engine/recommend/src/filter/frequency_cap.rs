//! `filter.frequency_cap`: removes items that a viewer has seen too often, counted per item, seller or category.

use std::{collections::HashMap, sync::Arc};

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

/// Maximum number of counts read.
const MOST: usize = 100_000;

/// Parameters of `filter.frequency_cap`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrequencyCapParams {
    /// Key of the list of counts: ids with their number of impressions.
    key: Option<Key>,
    /// Label whose value, an id, is counted instead of the item.
    by: Option<String>,
    /// Maximum number of impressions.
    #[schemars(range(min = 0.0))]
    max: f64,
    /// Behaviour when the store does not answer.
    on_error: OnError,
}

/// Removes items that the viewer has seen `max` times or more. The counts are read once.
pub(crate) struct FrequencyCap {
    key: Key,
    by: Option<String>,
    max: f64,
    on_error: OnError,
    lists: Arc<dyn Lists>,
    data: ItemData,
}

impl<E> Configure<E> for FrequencyCap {
    const TYPE: &'static str = "filter.frequency_cap";
    type Params = FrequencyCapParams;

    fn configure(params: FrequencyCapParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self {
            key: params.key.map_or_else(|| Key::parse("shown:{viewer}").ok(), Some)?,
            by: params.by,
            max: params.max,
            on_error: params.on_error,
            lists: Arc::clone(&site.parts().lists),
            data: ItemData::of(site.parts()),
        })
    }
}

impl<E: Sync> Node<E> for FrequencyCap {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let key = match self.key.fill(call.ask.request, "") {
            Ok(key) => key,
            Err(NodeError::Lacks("viewer")) => return Work::now(Effect::default()),
            Err(error) => return self.on_error.apply(Work::Now(Err(error)), list.len()),
        };
        let work = Work::later(async move {
            let counts =
                self.lists.read(vec![key], MOST).wait().await?.into_iter().next().flatten().unwrap_or_default();
            let counts: HashMap<i64, f64> = counts.iter().map(|hit| (hit.id, hit.score)).collect();
            let subjects: Vec<Option<i64>> = match &self.by {
                None => list.ids().iter().copied().map(Some).collect(),
                Some(label) => {
                    let labels = self.data.label(label, list.ids()).wait().await?;
                    labels.iter().map(|label| label.as_ref()?.parse().ok()).collect()
                }
            };
            let often = |id: i64| counts.get(&id).is_some_and(|count| *count >= self.max);
            let hits = (0u32..).zip(subjects).filter(|(_, id)| id.is_some_and(often));
            Ok(Effect::remove(hits.map(|(position, _)| Removal::new(position, "shown too often")).collect()))
        });
        self.on_error.apply(work, list.len())
    }
}
