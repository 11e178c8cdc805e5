//! `rerank.ssd`: sliding spectrum decomposition (arXiv 2107.05204), θ·score + (1 − θ)·γ·‖residual‖.

use std::{collections::VecDeque, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    embedding::{Embedded, OrdersVectors, ordered},
    greedy::best,
};
use crate::{
    candidates::Candidates,
    effect::Effect,
    linear::{add_scaled, dot},
    node::{Call, Node, Work},
    parts::Vectors,
    types::{Configure, Site},
};

/// Squared length below which a residual is noise: it counts as 0 and takes nothing from the others.
const NOISE: f64 = 1e-24;

/// Parameters of `rerank.ssd`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SsdParams {
    /// Maximum number of items to keep; all by default.
    k: Option<usize>,
    /// Weight of the score against diversity.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0))]
    theta: f64,
    /// Scale of the diversity term.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    gamma: f64,
    /// Number of recently chosen items whose direction is kept; all by default.
    #[serde(default)]
    window: Option<std::num::NonZeroUsize>,
}

fn half() -> f64 {
    0.5
}

fn one() -> f64 {
    1.0
}

/// Sliding spectrum decomposition.
pub(crate) struct Ssd {
    params: SsdParams,
    vectors: Arc<dyn Vectors>,
}

impl<E> Configure<E> for Ssd {
    const TYPE: &'static str = "rerank.ssd";
    type Params = SsdParams;

    fn configure(params: SsdParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, vectors: Arc::clone(&site.parts().embeddings) })
    }
}

impl<E> Node<E> for Ssd {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        ordered(self, &self.vectors, list)
    }
}

/// The direction of a chosen item, and its component in each other item.
struct Base {
    direction: Vec<f64>,
    /// c_i by position.
    taken: Vec<f64>,
}

impl OrdersVectors for Ssd {
    #[inline(always)]
    fn order(&self, list: &Candidates, vectors: Embedded) -> Vec<u32> {
        let k = self.params.k.unwrap_or(usize::MAX).min(list.len());
        let window = self.params.window.map_or(usize::MAX, usize::from);
        let dims = vectors.dims;
        let mut residuals = vectors.values;
        let mut open = vec![true; list.len()];
        let mut held: VecDeque<Base> = VecDeque::new();
        let mut chosen = Vec::with_capacity(k);
        while chosen.len() < k {
            let values = (0u32..).zip(&open).zip(list.scores().iter().zip(residuals.chunks_exact(dims)));
            let values = values.filter(|((_, open), _)| **open).map(|((position, _), (score, residual))| {
                let first = chosen.is_empty();
                let square = || Some(dot(residual, residual)).filter(|square| *square > NOISE).unwrap_or_default();
                let value = if first { *score } else { self.value(*score, square().sqrt()) };
                (position, value)
            });
            let Some(position) = best(values, list.ids()) else { break };
            chosen.push(position);
            if let Some(open) = open.get_mut(position as usize) {
                *open = false;
            }
            if held.len() == window
                && let Some(base) = held.pop_front()
            {
                base.give_back(&mut residuals, &open);
            }
            held.push_back(Base::take(position as usize, dims, &mut residuals, &open, window));
        }
        chosen
    }
}

impl Ssd {
    #[inline(always)]
    fn value(&self, score: f64, length: f64) -> f64 {
        self.params.theta * score + (1.0 - self.params.theta) * self.params.gamma * length
    }
}

impl Base {
    /// Removes the direction of the chosen item from the residual of every open item.
    #[inline(always)]
    fn take(position: usize, dims: usize, residuals: &mut [f64], open: &[bool], window: usize) -> Self {
        let start = position * dims;
        let direction = residuals.get(start..start + dims).map(<[f64]>::to_vec).unwrap_or_default();
        let square = dot(&direction, &direction);
        let mut taken = Vec::new();
        if square > NOISE {
            // Restoring is needed only with a window.
            taken = vec![0.0; if window == usize::MAX { 0 } else { open.len() }];
            for (at, (open, residual)) in open.iter().zip(residuals.chunks_exact_mut(dims)).enumerate() {
                if *open {
                    let share = dot(residual, &direction) / square;
                    add_scaled(residual, -share, &direction);
                    if let Some(slot) = taken.get_mut(at) {
                        *slot = share;
                    }
                }
            }
        }
        Self { direction, taken }
    }

    /// Restores the removed components of the items that are still open.
    #[inline(always)]
    fn give_back(&self, residuals: &mut [f64], open: &[bool]) {
        let rows = residuals.chunks_exact_mut(self.direction.len().max(1));
        for ((residual, share), open) in rows.zip(&self.taken).zip(open) {
            if *open {
                add_scaled(residual, *share, &self.direction);
            }
        }
    }
}
