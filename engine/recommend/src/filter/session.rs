//! Filters that need no store: `filter.seen_in_session`, `filter.dedup_field`, `filter.holdout`.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::on_error::OnError;
use crate::{
    candidates::Candidates,
    effect::{Effect, Removal},
    items::ItemData,
    node::{Call, Node, Work, fnv1a},
    types::{Configure, Site},
};

/// Parameters of `filter.seen_in_session`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SeenParams {
    /// Key in `realtime`, else in `profile`, of the request that lists the seen items.
    list: String,
}

impl Default for SeenParams {
    fn default() -> Self {
        Self { list: "seen".into() }
    }
}

/// Removes the items seen in this session.
#[derive(Debug)]
pub(crate) struct SeenInSession {
    list: String,
}

impl<E> Configure<E> for SeenInSession {
    const TYPE: &'static str = "filter.seen_in_session";
    type Params = SeenParams;

    fn configure(params: SeenParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { list: params.list })
    }
}

impl<E> Node<E> for SeenInSession {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let seen: HashSet<i64> = call.ask.request.ids(&self.list).into_iter().collect();
        let hits = (0u32..).zip(list.ids()).filter(|(_, id)| seen.contains(id));
        Work::now(Effect::remove(hits.map(|(position, _)| Removal::new(position, "seen in this session")).collect()))
    }
}

/// Parameters of `filter.dedup_field`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DedupParams {
    /// Label whose values must be unique; items without the label stay.
    by: String,
    /// Behaviour when the store does not answer.
    on_error: OnError,
}

/// Keeps the best item for each value of a label.
pub(crate) struct DedupField {
    by: String,
    on_error: OnError,
    data: ItemData,
}

impl<E> Configure<E> for DedupField {
    const TYPE: &'static str = "filter.dedup_field";
    type Params = DedupParams;

    fn configure(params: DedupParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { by: params.by, on_error: params.on_error, data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for DedupField {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let work = self.data.label(&self.by, list.ids()).then(|labels| {
            let mut seen = HashSet::new();
            let worse = |position: &u32| {
                labels
                    .get(*position as usize)
                    .and_then(Option::as_ref)
                    .is_some_and(|value| !seen.insert(value.as_str()))
            };
            let worse = list.by_score().into_iter().filter(worse);
            Ok(Effect::remove(worse.map(|at| Removal::new(at, "a better item has the same value")).collect()))
        });
        self.on_error.apply(work, list.len())
    }
}

/// Parameters of `filter.holdout`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldoutParams {
    /// Share of the items withheld from each viewer.
    #[schemars(range(min = 0.0, max = 1.0))]
    share: f64,
    /// Salt that makes the choices of different experiments independent.
    salt: String,
}

/// Removes a share of the items, chosen by a stable hash of salt, viewer and item.
#[derive(Debug)]
pub(crate) struct Holdout {
    params: HoldoutParams,
}

impl<E> Configure<E> for Holdout {
    const TYPE: &'static str = "filter.holdout";
    type Params = HoldoutParams;

    fn configure(params: HoldoutParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params })
    }
}

impl<E> Node<E> for Holdout {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let viewer = call.ask.request.viewer.map(|id| id.to_string()).unwrap_or_default();
        let held = |id: i64| {
            // The FNV-1a hash is mixed, because its high bits depend little on the last characters.
            let hash = fnv1a(&format!("{}:{viewer}:{id}", self.params.salt));
            let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            let mixed = (mixed ^ (mixed >> 33)) >> 11;
            (mixed as f64) / ((1_u64 << 53) as f64) < self.params.share
        };
        let hits = (0u32..).zip(list.ids()).filter(|(_, id)| held(**id));
        Work::now(Effect::remove(hits.map(|(position, _)| Removal::new(position, "held back")).collect()))
    }
}
