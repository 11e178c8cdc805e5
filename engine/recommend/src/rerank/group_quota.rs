//! `rerank.group_quota`: places per label value, water-filled between bounds; the sum is exact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    candidates::Candidates,
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    shares::bounded_shares,
    types::{Configure, Site},
};

/// Parameters of `rerank.group_quota`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupQuotaParams {
    /// Label that names the group; items without it form their own group.
    by: String,
    /// Shares: softmax over the groups' mean scores, or equal.
    #[serde(default)]
    mode: Mode,
    /// Temperature of the softmax: shares ∝ exp(mean ÷ temperature).
    #[serde(default = "one")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    temperature: f64,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
    /// Minimum number of items per group, if it has that many.
    #[serde(default)]
    min: usize,
    /// Maximum number of items per group.
    max: Option<usize>,
}

/// Rule for the shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// exp(mean score ÷ temperature).
    #[default]
    Softmax,
    /// Equal shares.
    Equal,
}

fn one() -> f64 {
    1.0
}

/// Places per label value. The chosen items are ordered by score, then by the lower id.
pub(crate) struct GroupQuota {
    params: GroupQuotaParams,
    data: ItemData,
}

impl<E> Configure<E> for GroupQuota {
    const TYPE: &'static str = "rerank.group_quota";
    type Params = GroupQuotaParams;

    fn configure(params: GroupQuotaParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        if let Some(max) = params.max.filter(|max| *max < params.min) {
            site.fault("max", format!("must be at least min, {}", params.min), &max.into());
            return None;
        }
        Some(Self { params, data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for GroupQuota {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.label(&self.params.by, list.ids()).then(|labels| Ok(Effect::order(self.order(list, &labels))))
    }
}

/// Items of one group, best first.
struct Group<'a> {
    label: &'a Option<String>,
    positions: Vec<u32>,
    sum: f64,
}

impl GroupQuota {
    fn order(&self, list: &Candidates, labels: &[Option<String>]) -> Vec<u32> {
        let ranked = list.by_score();
        // Groups in the order of their best items; this order breaks ties between equal shares.
        let mut groups: Vec<Group<'_>> = Vec::new();
        for position in &ranked {
            let Some(label) = labels.get(*position as usize) else { continue };
            let score = list.scores().get(*position as usize).copied().unwrap_or_default();
            match groups.iter_mut().find(|group| group.label == label) {
                Some(group) => {
                    group.positions.push(*position);
                    group.sum += score;
                }
                None => groups.push(Group { label, positions: vec![*position], sum: score }),
            }
        }
        let n = self.params.n.unwrap_or(usize::MAX).min(list.len());
        let bounds: Vec<(usize, usize)> = groups
            .iter()
            .map(|group| {
                let most = self.params.max.unwrap_or(usize::MAX).min(group.positions.len());
                (self.params.min.min(most), most)
            })
            .collect();
        let places = bounded_shares(n, &self.weights(&groups), &bounds);
        let mut chosen = vec![false; list.len()];
        for (group, places) in groups.iter().zip(places) {
            for position in group.positions.iter().take(places) {
                if let Some(chosen) = chosen.get_mut(*position as usize) {
                    *chosen = true;
                }
            }
        }
        ranked.into_iter().filter(|position| chosen.get(*position as usize) == Some(&true)).collect()
    }

    fn weights(&self, groups: &[Group<'_>]) -> Vec<f64> {
        if self.params.mode == Mode::Equal {
            return vec![1.0; groups.len()];
        }
        let means: Vec<f64> = groups.iter().map(|group| group.sum / group.positions.len() as f64).collect();
        let largest = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        means.iter().map(|mean| ((mean - largest) / self.params.temperature).exp()).collect()
    }
}
