//! `rerank.diversity`: limits items per label value within a window, with bounded lookahead.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    parts::Labels,
    types::{Configure, Site},
};

/// Parameters of `rerank.diversity`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiversityParams {
    /// Constraints; each place should satisfy all of them.
    #[schemars(length(min = 1))]
    constraints: Vec<Constraint>,
    /// Number of items searched for one that satisfies the constraints; bounds how far an item can fall behind.
    #[serde(default = "fifty")]
    lookahead: NonZeroUsize,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

fn fifty() -> NonZeroUsize {
    const { NonZeroUsize::new(50).unwrap() }
}

/// One constraint.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Constraint {
    /// Label whose values must vary; items without it are unconstrained.
    by: String,
    /// Window in places, including the current one; all places so far by default.
    window: Option<NonZeroUsize>,
    /// Maximum number of items per value within the window.
    #[serde(default = "single")]
    max: NonZeroUsize,
    /// If no item fits, constraints are dropped in order of increasing weight.
    #[serde(default = "one")]
    weight: f64,
}

fn single() -> NonZeroUsize {
    NonZeroUsize::MIN
}

fn one() -> f64 {
    1.0
}

/// Limits on label values within windows.
pub(crate) struct Diversity {
    /// By descending weight.
    constraints: Vec<Constraint>,
    lookahead: usize,
    n: usize,
    data: ItemData,
}

impl<E> Configure<E> for Diversity {
    const TYPE: &'static str = "rerank.diversity";
    type Params = DiversityParams;

    fn configure(params: DiversityParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let mut constraints = params.constraints;
        constraints.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let n = params.n.unwrap_or(usize::MAX);
        Some(Self { constraints, lookahead: params.lookahead.into(), n, data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for Diversity {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.labels.read(list.ids()).then(|labels| Ok(Effect::order(self.order(list.len(), &labels))))
    }
}

impl Diversity {
    fn order(&self, length: usize, labels: &[Labels]) -> Vec<u32> {
        let mut left: Vec<u32> = (0..u32::try_from(length).unwrap_or(u32::MAX)).collect();
        let mut order: Vec<u32> = Vec::with_capacity(self.n.min(length));
        while order.len() < self.n && !left.is_empty() {
            let ahead = left.get(..self.lookahead).unwrap_or(&left);
            let fitting = |kept: usize| {
                let kept = self.constraints.get(..kept).unwrap_or(&[]);
                ahead.iter().position(|item| kept.iter().all(|constraint| constraint.fits(*item, &order, labels)))
            };
            // With no constraint left, the first item fits.
            let place = (0..=self.constraints.len()).rev().find_map(fitting).unwrap_or_default();
            order.push(left.remove(place));
        }
        order
    }
}

impl Constraint {
    fn fits(&self, item: u32, order: &[u32], labels: &[Labels]) -> bool {
        let value = |item: u32| labels.get(item as usize)?.as_ref()?.get(&self.by);
        let Some(own) = value(item) else { return true };
        let window = self.window.map_or(order.len(), |window| usize::from(window) - 1);
        let recent = order.get(order.len().saturating_sub(window)..).unwrap_or(&[]);
        recent.iter().filter(|other| value(**other) == Some(own)).count() < self.max.into()
    }
}
