//! `rerank.weighted_interleave` and `rerank.fair_interleave`: smooth weighted round robin (as in nginx) over sources.

use std::collections::{BTreeMap, VecDeque};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.weighted_interleave`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeightedParams {
    /// Weight per source; `*` sets all others, which default to 1.
    #[serde(default)]
    weights: BTreeMap<String, Weight>,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// A weight of at least 0.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Weight(#[schemars(range(min = 0.0))] f64);

/// Parameters of `rerank.fair_interleave`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FairParams {
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// Interleaves sources in proportion to their weights, exactly over each full period.
///
/// An item belongs to its first declared source; the items of a source keep their order.
#[derive(Debug)]
pub(crate) struct WeightedInterleave(Interleave);

/// Interleaves sources with equal weights.
#[derive(Debug)]
pub(crate) struct FairInterleave(Interleave);

#[derive(Debug)]
struct Interleave {
    /// Weights by source number.
    weights: Vec<f64>,
    n: usize,
}

impl<E> Configure<E> for WeightedInterleave {
    const TYPE: &'static str = "rerank.weighted_interleave";
    type Params = WeightedParams;

    fn configure(params: WeightedParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        site.source_names("weights", params.weights.keys().map(String::as_str));
        let weight = |name: &String| params.weights.get(name).or_else(|| params.weights.get("*"));
        let weights = site.sources().iter().map(|name| weight(name).map_or(1.0, |weight| weight.0)).collect();
        Some(Self(Interleave { weights, n: params.n.unwrap_or(usize::MAX) }))
    }
}

impl<E> Configure<E> for FairInterleave {
    const TYPE: &'static str = "rerank.fair_interleave";
    type Params = FairParams;

    fn configure(params: FairParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self(Interleave { weights: Vec::new(), n: params.n.unwrap_or(usize::MAX) }))
    }
}

impl<E> Node<E> for WeightedInterleave {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        Work::now(Effect::order(self.0.order(list)))
    }
}

impl<E> Node<E> for FairInterleave {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        Work::now(Effect::order(self.0.order(list)))
    }
}

/// One source with items.
struct Lane {
    weight: f64,
    current: f64,
    queue: VecDeque<u32>,
}

impl Interleave {
    fn order(&self, list: &Candidates) -> Vec<u32> {
        // Items without a source, added by padding, come last.
        let mut lanes: BTreeMap<u32, Lane> = BTreeMap::new();
        for (position, sources) in (0u32..).zip(list.sources()) {
            let source = sources.trailing_zeros();
            let weight = self.weights.get(source as usize).copied().unwrap_or(1.0);
            let lane = lanes.entry(source).or_insert_with(|| Lane { weight, current: 0.0, queue: VecDeque::new() });
            lane.queue.push_back(position);
        }
        let mut order = Vec::with_capacity(self.n.min(list.len()));
        while order.len() < self.n {
            lanes.retain(|_, lane| !lane.queue.is_empty());
            let total: f64 = lanes.values().map(|lane| lane.weight).sum();
            lanes.values_mut().for_each(|lane| lane.current += lane.weight);
            // On a tie, the source declared first wins.
            let winner = lanes.values_mut().reduce(|best, lane| if lane.current > best.current { lane } else { best });
            let Some(winner) = winner else { break };
            winner.current -= total;
            order.extend(winner.queue.pop_front());
        }
        order
    }
}
