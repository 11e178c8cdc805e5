//! `filter.exclude`: removes the items that the request or the parameters exclude.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::{Effect, Removal},
    id::Id,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Name of the filter.
pub(crate) const EXCLUDE: &str = "filter.exclude";

/// Parameters of `filter.exclude`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExcludeParams {
    /// Items that are never shown, in addition to `exclude` of the request.
    ids: Vec<Id>,
}

/// Removes the items that the request or the parameters exclude. A pipeline that does not declare it runs it after its
/// last recall.
#[derive(Debug, Default)]
pub(crate) struct Exclude {
    ids: HashSet<i64>,
}

impl<E> Configure<E> for Exclude {
    const TYPE: &'static str = EXCLUDE;
    type Params = ExcludeParams;

    fn configure(params: ExcludeParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { ids: params.ids.into_iter().map(|id| id.0).collect() })
    }
}

impl<E> Node<E> for Exclude {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let asked: HashSet<i64> = call.ask.request.exclude.iter().map(|id| id.0).collect();
        if asked.is_empty() && self.ids.is_empty() {
            return Work::now(Effect::default());
        }
        let removed = (0u32..).zip(list.ids()).filter_map(|(position, id)| {
            let reason = if asked.contains(id) {
                "excluded by the request"
            } else if self.ids.contains(id) {
                "excluded by the pipeline"
            } else {
                return None;
            };
            Some(Removal::new(position, reason))
        });
        Work::now(Effect::remove(removed.collect()))
    }
}
