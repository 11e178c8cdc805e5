//! `rerank.sample`: a random order, in which better items come earlier with higher probability.

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
    /// Most items of the result; without it, all.
    n: Option<usize>,
    /// Items are drawn without replacement with probability ∝ exp(score ÷ temperature); without it, all alike.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    temperature: Option<f64>,
}

/// A random order from the seed of the request.
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
        // The largest of score ÷ temperature plus Gumbel noise draws from the softmax.
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
