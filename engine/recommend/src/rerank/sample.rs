//! `rerank.sample`: a random order in which better items tend to come first.

use rand::Rng;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::{Candidates, by_score},
    effect::Effect,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.sample`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleParams {
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
    /// Draws items without replacement with probability ∝ exp(score ÷ temperature); uniform by default.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    temperature: Option<f64>,
}

/// A random order, seeded by the request.
#[derive(Debug)]
pub(crate) struct Sample {
    params: SampleParams,
}

impl<E> Configure<E> for Sample {
    const TYPE: &'static str = "rerank.sample";
    type Params = SampleParams;

    fn configure(params: SampleParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params })
    }
}

impl<E> Node<E> for Sample {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let mut rng = call.rng();
        // Sorting by score ÷ temperature plus Gumbel noise samples from the softmax.
        let keys: Vec<f64> = list
            .scores()
            .iter()
            .map(|score| {
                let uniform = rng.random::<f64>().max(f64::MIN_POSITIVE);
                let noise = -(-uniform.ln()).ln();
                self.params.temperature.map_or(noise, |temperature| score / temperature + noise)
            })
            .collect();
        let mut order = by_score(&keys, list.ids());
        order.truncate(self.params.n.unwrap_or(usize::MAX));
        Work::now(Effect::order(order))
    }
}
