//! `rerank.dpp`: greedy MAP of a determinantal point process (Chen et al. 2018), L = diag(q)·S·diag(q), q = exp(α·score).
//!
//! The kernel is never built. With unit vectors, d_i² of S is the squared length of item i's component orthogonal to the
//! chosen items, so it is updated with one inner product per new orthonormal direction.

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
    linear::{add_scaled, dot, normalise},
    node::{Call, Node, Work},
    parts::Vectors,
    types::{Configure, Site},
};

/// Squared length below which an item counts as inside the span of the chosen items.
const SPANNED: f64 = 1e-12;

/// Parameters of `rerank.dpp`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DppParams {
    /// Maximum number of items to keep; all by default.
    k: Option<usize>,
    /// Weight of the scores: q = exp(alpha · score).
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    alpha: f64,
    /// Each item is diverse from the window − 1 items before it; from all by default.
    #[serde(default)]
    window: Option<std::num::NonZeroUsize>,
}

fn one() -> f64 {
    1.0
}

/// Greedy MAP of a determinantal point process.
pub(crate) struct Dpp {
    params: DppParams,
    vectors: Arc<dyn Vectors>,
}

impl<E> Configure<E> for Dpp {
    const TYPE: &'static str = "rerank.dpp";
    type Params = DppParams;

    fn configure(params: DppParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, vectors: Arc::clone(&site.parts().embeddings) })
    }
}

impl<E> Node<E> for Dpp {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        ordered(self, &self.vectors, list)
    }
}

impl OrdersVectors for Dpp {
    #[inline(always)]
    fn order(&self, list: &Candidates, embedded: Embedded) -> Vec<u32> {
        let k = self.params.k.unwrap_or(usize::MAX).min(list.len());
        let quality: Vec<f64> = list.scores().iter().map(|score| 2.0 * self.params.alpha * score).collect();
        let mut chosen = Vec::with_capacity(k);
        let mut state = State::new(&quality, &embedded, k);
        match self.params.window.map(usize::from).filter(|window| *window < k) {
            None => {
                let start = (0u32..).zip(quality.iter().copied()).collect();
                select(&mut state, start, list.ids(), k, &mut chosen);
            }
            Some(window) => state.select_in_window(list.ids(), k, window, &mut chosen),
        }
        fill_by_score(list, k, &mut chosen);
        chosen
    }
}

/// Fills the remaining places by score, then by the lower id.
pub(super) fn fill_by_score(list: &Candidates, k: usize, chosen: &mut Vec<u32>) {
    if chosen.len() >= k {
        return;
    }
    let mut taken = vec![false; list.len()];
    for position in chosen.iter() {
        if let Some(taken) = taken.get_mut(*position as usize) {
            *taken = true;
        }
    }
    let rest = list.by_score().into_iter().filter(|position| taken.get(*position as usize) == Some(&false));
    chosen.extend(rest.take(k - chosen.len()));
}

/// An upper bound of ln x, at most 0.011 too large, for a normal x > 0: the exponent plus a parabola above log₂ of the mantissa.
fn ln_above(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let exponent = (x.to_bits() >> 52) as f64 - 1023.0;
    let mantissa = f64::from_bits((x.to_bits() & MANTISSA) | 1.0_f64.to_bits());
    let parabola = (-1.0 / 3.0 * mantissa + 2.0) * mantissa - 1.6569;
    (exponent + parabola) * std::f64::consts::LN_2
}

struct State<'a> {
    /// 2·α·score by position.
    quality: &'a [f64],
    vectors: &'a Embedded,
    /// d_i² of S by position, including the first `applied` directions.
    squares: Vec<f64>,
    applied: Vec<u32>,
    /// Orthonormal directions of the chosen items, one after the other.
    directions: Vec<f64>,
}

impl<'a> State<'a> {
    fn new(quality: &'a [f64], vectors: &'a Embedded, k: usize) -> Self {
        let n = quality.len();
        // There are at most as many directions as dimensions.
        let directions = (k.min(vectors.dims) + 1) * vectors.dims;
        Self {
            quality,
            vectors,
            squares: vec![1.0; n],
            applied: vec![0; n],
            directions: Vec::with_capacity(directions),
        }
    }

    #[inline(always)]
    fn gain(&self, position: usize) -> f64 {
        let square = self.squares.get(position).copied().unwrap_or_default();
        let quality = self.quality.get(position).copied().unwrap_or_default();
        if square <= SPANNED { f64::NEG_INFINITY } else { quality + square.ln() }
    }

    /// Appends the unit direction that an item adds to the span of `directions`; an item inside the span adds none.
    #[inline(always)]
    fn extend(&self, position: usize, directions: &mut Vec<f64>) -> bool {
        let start = directions.len();
        directions.extend_from_slice(self.vectors.row(position));
        let (held, rest) = directions.split_at_mut(start);
        for direction in held.chunks_exact(self.vectors.dims) {
            let along = dot(rest, direction);
            add_scaled(rest, -along, direction);
        }
        let grows = normalise(rest);
        if !grows {
            directions.truncate(start);
        }
        grows
    }

    /// Adds `sign` · (v_i · direction)² to every d_i².
    #[inline(always)]
    fn update_all(&mut self, direction: &[f64], sign: f64) {
        for (square, row) in self.squares.iter_mut().zip(self.vectors.values.chunks_exact(self.vectors.dims)) {
            let along = dot(row, direction);
            *square += sign * along * along;
        }
    }

    /// Greedy selection that considers only the last `window` − 1 chosen items.
    #[inline(always)]
    fn select_in_window(&mut self, ids: &[i64], k: usize, window: usize, chosen: &mut Vec<u32>) {
        let mut open = vec![true; ids.len()];
        let mut held: Vec<usize> = Vec::with_capacity(window);
        while chosen.len() < k {
            let gains = (0u32..).zip(&open).filter(|(_, open)| **open).map(|(at, _)| (at, self.gain(at as usize)));
            let Some(position) = best(gains, ids) else { return };
            chosen.push(position);
            let position = position as usize;
            if let Some(open) = open.get_mut(position) {
                *open = false;
            }
            if window == 1 {
                continue;
            }
            let mut directions = std::mem::take(&mut self.directions);
            let start = directions.len();
            if self.extend(position, &mut directions) {
                self.update_all(directions.get(start..).unwrap_or(&[]), -1.0);
            }
            self.directions = directions;
            held.push(position);
            if held.len() == window {
                self.forget(held.remove(0), &held);
            }
        }
    }

    /// Restores what the dropped item alone took from the others.
    #[inline(always)]
    fn forget(&mut self, dropped: usize, held: &[usize]) {
        let mut directions = Vec::with_capacity(held.len() * self.vectors.dims);
        for position in held {
            self.extend(*position, &mut directions);
        }
        let end = directions.len();
        if self.extend(dropped, &mut directions) {
            self.update_all(directions.get(end..).unwrap_or(&[]), 1.0);
            directions.truncate(end);
        }
        self.directions = directions;
    }
}

impl Falling for State<'_> {
    #[inline(always)]
    fn bound(&mut self, position: usize) -> f64 {
        let dims = self.vectors.dims;
        let (Some(square), Some(applied)) = (self.squares.get_mut(position), self.applied.get_mut(position)) else {
            return f64::NEG_INFINITY;
        };
        let row = self.vectors.row(position);
        for direction in self.directions.chunks_exact(dims).skip(*applied as usize) {
            let along = dot(row, direction);
            *square -= along * along;
            *applied += 1;
        }
        let quality = self.quality.get(position).copied().unwrap_or_default();
        if *square <= SPANNED { f64::NEG_INFINITY } else { quality + ln_above(*square) }
    }

    #[inline(always)]
    fn value(&mut self, position: usize) -> f64 {
        self.gain(position)
    }

    #[inline(always)]
    fn choose(&mut self, position: usize) {
        let mut directions = std::mem::take(&mut self.directions);
        self.extend(position, &mut directions);
        self.directions = directions;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_of_the_logarithm_is_above_it_and_close() {
        let mut x = 1.1e-12;
        while x < 2.0 {
            let excess = ln_above(x) - x.ln();
            assert!((0.0..0.011).contains(&excess), "{x}: {excess}");
            x *= 1.000_37;
        }
    }
}
