//! `rerank.mmr`: maximal marginal relevance, λ·score − (1 − λ)·max cosine to the chosen items.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    embedding::{Embedded, OrdersVectors, ordered},
    greedy::{Falling, best, select},
};
use crate::{
    candidates::Candidates,
    effect::Effect,
    linear::dot,
    node::{Call, Node, Work},
    parts::Vectors,
    types::{Configure, Site},
};

/// Parameters of `rerank.mmr`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MmrParams {
    /// Maximum number of items to keep; all by default.
    k: Option<usize>,
    /// Weight of the score against similarity.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0))]
    lambda: f64,
}

fn half() -> f64 {
    0.5
}

/// Maximal marginal relevance.
pub(crate) struct Mmr {
    params: MmrParams,
    vectors: Arc<dyn Vectors>,
}

impl<E> Configure<E> for Mmr {
    const TYPE: &'static str = "rerank.mmr";
    type Params = MmrParams;

    fn configure(params: MmrParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, vectors: Arc::clone(&site.parts().embeddings) })
    }
}

impl<E> Node<E> for Mmr {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        ordered(self, &self.vectors, list)
    }
}

impl OrdersVectors for Mmr {
    #[inline(always)]
    fn order(&self, list: &Candidates, vectors: Embedded) -> Vec<u32> {
        let k = self.params.k.unwrap_or(usize::MAX).min(list.len());
        let lambda = self.params.lambda;
        let relevance: Vec<f64> = list.scores().iter().map(|score| lambda * score).collect();
        let Some(first) = best((0u32..).zip(relevance.iter().copied()), list.ids()).filter(|_| k > 0) else {
            return Vec::new();
        };
        let mut chosen = vec![first];
        let mut state = State {
            relevance: &relevance,
            penalty: 1.0 - lambda,
            vectors: &vectors,
            nearest: vec![f64::NEG_INFINITY; list.len()],
            applied: vec![0; list.len()],
            chosen: vec![first as usize],
        };
        // The first pick has no penalty, and a negative cosine raises a value: upper bounds are valid only from here on.
        let others = (0u32..).take(list.len()).filter(|position| *position != first);
        let start = others.map(|position| (position, state.value(position as usize))).collect();
        select(&mut state, start, list.ids(), k, &mut chosen);
        chosen
    }
}

struct State<'a> {
    relevance: &'a [f64],
    penalty: f64,
    vectors: &'a Embedded,
    /// Largest cosine to any of the first `applied` chosen items, by position.
    nearest: Vec<f64>,
    applied: Vec<usize>,
    chosen: Vec<usize>,
}

impl Falling for State<'_> {
    #[inline(always)]
    fn value(&mut self, position: usize) -> f64 {
        let (Some(nearest), Some(applied)) = (self.nearest.get_mut(position), self.applied.get_mut(position)) else {
            return f64::NEG_INFINITY;
        };
        let row = self.vectors.row(position);
        for chosen in self.chosen.get(*applied..).unwrap_or(&[]) {
            *nearest = nearest.max(dot(row, self.vectors.row(*chosen)));
        }
        *applied = self.chosen.len();
        self.relevance.get(position).copied().unwrap_or_default() - self.penalty * *nearest
    }

    #[inline(always)]
    fn choose(&mut self, position: usize) {
        self.chosen.push(position);
    }
}
