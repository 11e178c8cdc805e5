//! `rerank.score_adjust` and `rerank.score_weight`: change scores by declared rules, then sort by score.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::{Candidates, by_score},
    cel::Condition,
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.score_adjust`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreAdjustParams {
    /// Rules, applied in sequence: score · multiply + add.
    #[schemars(length(min = 1))]
    rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// CEL over `item` and `request`; `item.score` is the score before any rule.
    when: String,
    /// Factor; 1 by default.
    #[serde(default = "one")]
    multiply: f64,
    /// Summand; 0 by default.
    #[serde(default)]
    add: f64,
}

fn one() -> f64 {
    1.0
}

/// Changes scores by conditions.
pub(crate) struct ScoreAdjust {
    rules: Vec<(Condition, f64, f64)>,
    data: ItemData,
}

impl<E> Configure<E> for ScoreAdjust {
    const TYPE: &'static str = "rerank.score_adjust";
    type Params = ScoreAdjustParams;

    fn configure(params: ScoreAdjustParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let rules = params.rules.iter().enumerate().map(|(index, rule)| {
            let condition = site.condition(&format!("rules[{index}].when"), &rule.when)?;
            Some((condition, rule.multiply, rule.add))
        });
        let rules: Vec<_> = rules.collect();
        Some(Self { rules: rules.into_iter().collect::<Option<_>>()?, data: ItemData::of(site.parts()) })
    }
}

impl<E: Sync> Node<E> for ScoreAdjust {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let conditions = self.rules.iter().map(|(condition, ..)| condition).collect();
        self.data.judge(conditions, call.ask.request, list).then(|holds| {
            let mut scores = list.scores().to_vec();
            for (holds, (_, multiply, add)) in holds.iter().zip(&self.rules) {
                for (score, _) in scores.iter_mut().zip(holds).filter(|(_, holds)| **holds) {
                    *score = *score * multiply + add;
                }
            }
            Ok(ordered(scores, list))
        })
    }
}

/// Effect with new scores, sorted by them.
pub(super) fn ordered(scores: Vec<f64>, list: &Candidates) -> Effect {
    let order = by_score(&scores, list.ids());
    Effect { scores: Some(scores), order: Some(order), ..Effect::default() }
}

/// Parameters of `rerank.score_weight`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreWeightParams {
    /// Factor per source; `*` sets all others, which default to 1. An item belongs to its first declared source.
    #[serde(default)]
    sources: BTreeMap<String, f64>,
    /// Label whose value selects the factor in `values`.
    label: Option<String>,
    /// Factor per value of the label; `*` sets all others, which default to 1.
    #[serde(default)]
    values: BTreeMap<String, f64>,
}

/// Multiplies scores by the weights of the source and of a label.
pub(crate) struct ScoreWeight {
    /// Factors by source number.
    sources: Vec<f64>,
    label: Option<String>,
    values: BTreeMap<String, f64>,
    data: ItemData,
}

impl<E> Configure<E> for ScoreWeight {
    const TYPE: &'static str = "rerank.score_weight";
    type Params = ScoreWeightParams;

    fn configure(params: ScoreWeightParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        site.source_names("sources", params.sources.keys().map(String::as_str));
        if params.label.is_none() && !params.values.is_empty() {
            site.fault("label", "is required by values but missing", &serde_json::Value::Null);
        }
        let sources = site.sources().iter().map(|name| factor(&params.sources, name)).collect();
        Some(Self { sources, label: params.label, values: params.values, data: ItemData::of(site.parts()) })
    }
}

fn factor(factors: &BTreeMap<String, f64>, name: &str) -> f64 {
    factors.get(name).or_else(|| factors.get("*")).copied().unwrap_or(1.0)
}

impl<E> Node<E> for ScoreWeight {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let labels = match &self.label {
            Some(label) => self.data.label(label, list.ids()),
            None => Work::now(Vec::new()),
        };
        labels.then(|labels| {
            let scores = list.scores().iter().zip(list.sources()).enumerate().map(|(position, (score, sources))| {
                let source = self.sources.get(sources.trailing_zeros() as usize).copied().unwrap_or(1.0);
                let value = labels.get(position).map(|value| factor(&self.values, value.as_deref().unwrap_or("*")));
                score * source * value.unwrap_or(1.0)
            });
            Ok(ordered(scores.collect(), list))
        })
    }
}
