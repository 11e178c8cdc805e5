//! `rerank.calibration`: matches the categories of the list to the viewer's interests (Steck 2018).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::greedy::best;
use crate::{
    ask::Request,
    candidates::Candidates,
    effect::Effect,
    error::NodeError,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Weight of the target distribution in the smoothed distribution of the list, as in the paper.
const SMOOTHING: f64 = 0.01;

/// Parameters of `rerank.calibration`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalibrationParams {
    /// Label that names the category.
    by: String,
    /// Key of the profile that holds weights by category; by default, `by`.
    profile: Option<String>,
    /// Weight of calibration against scores.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0))]
    lambda: f64,
    /// Maximum number of items to keep; all by default.
    k: Option<usize>,
}

fn half() -> f64 {
    0.5
}

/// Greedy maximisation of (1 − λ)·Σ score − λ·KL(p ‖ q̃), with q̃ = 0.99·q + 0.01·p.
pub(crate) struct Calibration {
    params: CalibrationParams,
    data: ItemData,
}

impl<E> Configure<E> for Calibration {
    const TYPE: &'static str = "rerank.calibration";
    type Params = CalibrationParams;

    fn configure(params: CalibrationParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for Calibration {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let Some(target) = self.target(call.ask.request) else {
            return Work::Now(Err(NodeError::Lacks("profile with weights by category")));
        };
        self.data
            .label(&self.params.by, list.ids())
            .then(move |labels| Ok(Effect::order(self.order(list, &labels, &target))))
    }
}

impl Calibration {
    /// p: the viewer's weights by category, normalised to sum 1.
    fn target(&self, request: &Request) -> Option<BTreeMap<String, f64>> {
        let key = self.params.profile.as_ref().unwrap_or(&self.params.by);
        let weights = request.profile.get(key)?.as_object()?;
        let weights: BTreeMap<String, f64> = weights
            .iter()
            .filter_map(|(name, weight)| Some((name.clone(), Value::as_f64(weight).filter(|weight| *weight > 0.0)?)))
            .collect();
        let sum: f64 = weights.values().sum();
        (sum > 0.0).then(|| weights.into_iter().map(|(name, weight)| (name, weight / sum)).collect())
    }

    fn order(&self, list: &Candidates, labels: &[Option<String>], target: &BTreeMap<String, f64>) -> Vec<u32> {
        let k = self.params.k.unwrap_or(usize::MAX).min(list.len());
        let categories: Vec<(&str, f64)> = target.iter().map(|(name, weight)| (name.as_str(), *weight)).collect();
        let of = |label: &Option<String>| categories.iter().position(|(name, _)| label.as_deref() == Some(name));
        let category: Vec<Option<usize>> = labels.iter().map(of).collect();
        let mut counts = vec![0_usize; categories.len()];
        let mut open = vec![true; list.len()];
        let mut chosen: Vec<u32> = Vec::with_capacity(k);
        while chosen.len() < k {
            // The divergence depends only on the added category; the last entry covers all other categories.
            let kept: Vec<f64> = (0..=categories.len())
                .map(|added| self.params.lambda * divergence(&categories, &counts, added, chosen.len() + 1))
                .collect();
            let gain = |position: u32| {
                let at = category.get(position as usize).copied().flatten().unwrap_or(categories.len());
                let score = list.scores().get(position as usize).copied().unwrap_or_default();
                (1.0 - self.params.lambda) * score - kept.get(at).copied().unwrap_or_default()
            };
            let gains = (0u32..).zip(&open).filter(|(_, open)| **open).map(|(position, _)| (position, gain(position)));
            let Some(position) = best(gains, list.ids()) else { break };
            chosen.push(position);
            if let Some(open) = open.get_mut(position as usize) {
                *open = false;
            }
            let added = category.get(position as usize).copied().flatten();
            if let Some(count) = added.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        chosen
    }
}

/// KL(p ‖ q̃) of a list of `length` items, with one more item of category `added`.
fn divergence(categories: &[(&str, f64)], counts: &[usize], added: usize, length: usize) -> f64 {
    let terms = categories.iter().zip(counts).enumerate().map(|(at, ((_, p), count))| {
        let q = (count + usize::from(at == added)) as f64 / length as f64;
        p * (p / ((1.0 - SMOOTHING) * q + SMOOTHING * p)).ln()
    });
    terms.sum()
}
