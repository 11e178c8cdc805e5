//! `rerank.cold_start_boost`: boosts items with few impressions: score · (1 + boost · (1 − shows ÷ threshold)).

use schemars::JsonSchema;
use serde::Deserialize;

use super::score_adjust::ordered;
use crate::{
    candidates::Candidates,
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.cold_start_boost`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColdStartParams {
    /// Feature with the number of impressions; an item without it counts as never shown.
    #[serde(default = "shows")]
    shows: String,
    /// Number of impressions from which an item gets no boost.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    threshold: f64,
    /// Boost of an item without impressions, as a share of its score.
    #[schemars(range(min = 0.0))]
    boost: f64,
}

fn shows() -> String {
    "shows".into()
}

/// Boosts items with few impressions by a share of the absolute value of their score.
pub(crate) struct ColdStart {
    names: [String; 1],
    threshold: f64,
    boost: f64,
    data: ItemData,
}

impl<E> Configure<E> for ColdStart {
    const TYPE: &'static str = "rerank.cold_start_boost";
    type Params = ColdStartParams;

    fn configure(params: ColdStartParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let data = ItemData::of(site.parts());
        Some(Self { names: [params.shows], threshold: params.threshold, boost: params.boost, data })
    }
}

impl<E> Node<E> for ColdStart {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.feature(&self.names, list.ids()).then(|shows| {
            let gain = |(score, shows): (&f64, &f64)| {
                let missing = 1.0 - shows.max(0.0) / self.threshold;
                score + score.abs() * self.boost * missing.max(0.0)
            };
            Ok(ordered(list.scores().iter().zip(&shows).map(gain).collect(), list))
        })
    }
}
