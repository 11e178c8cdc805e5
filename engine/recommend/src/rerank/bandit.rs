//! Bandits over counts of impressions and successes: `rerank.ucb`, `rerank.thompson`, `rerank.epsilon_greedy`.
//!
//! The counts are item features. They alone decide the order; the ranker's scores do not change.

use rand::Rng;
use rand_distr::{Beta, Distribution};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::{Candidates, by_score},
    effect::{Effect, Lapse},
    error::NodeError,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Names of the counts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Counts {
    /// Feature with the number of impressions.
    shows: String,
    /// Feature with the number of successes, for example clicks.
    wins: String,
}

impl Default for Counts {
    fn default() -> Self {
        Self { shows: "shows".into(), wins: "wins".into() }
    }
}

/// Counts of one item; missing ones are 0, and wins are capped at the number of shows.
#[derive(Debug, Clone, Copy)]
struct Count {
    shows: f64,
    wins: f64,
}

/// The counts of a list.
struct CountReader {
    names: [String; 2],
    data: ItemData,
}

impl CountReader {
    fn new<E>(counts: Counts, site: &Site<'_, '_, E>) -> Self {
        Self { names: [counts.shows, counts.wins], data: ItemData::of(site.parts()) }
    }

    fn read<'a>(&'a self, ids: &'a [i64]) -> Work<'a, Vec<Count>> {
        self.data.feature(&self.names, ids).then(|values| {
            let count = |pair: &[f64]| {
                let [shows, wins] = pair else { return Count { shows: 0.0, wins: 0.0 } };
                // `max` and `clamp` turn a missing count (NaN) into zero.
                let shows = shows.max(0.0);
                Count { shows, wins: wins.max(0.0).min(shows) }
            };
            Ok(values.chunks_exact(2).map(count).collect())
        })
    }
}

fn chosen(keys: &[f64], list: &Candidates, n: Option<usize>) -> Effect {
    let mut order = by_score(keys, list.ids());
    order.truncate(n.unwrap_or(usize::MAX));
    Effect::order(order)
}

/// Parameters of `rerank.ucb`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UcbParams {
    /// Names of the counts.
    #[serde(default)]
    counts: Counts,
    /// Weight of the exploration bonus.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    c: f64,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

fn one() -> f64 {
    1.0
}

/// Orders by x̄ + c·√(2·ln N ÷ n): x̄ is the item's mean reward, n its shows, N all shows; items never shown come first.
pub(crate) struct Ucb {
    counts: CountReader,
    c: f64,
    n: Option<usize>,
}

impl<E> Configure<E> for Ucb {
    const TYPE: &'static str = "rerank.ucb";
    type Params = UcbParams;

    fn configure(params: UcbParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { counts: CountReader::new(params.counts, site), c: params.c, n: params.n })
    }
}

impl<E> Node<E> for Ucb {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.counts.read(list.ids()).then(|counts| {
            let all: f64 = counts.iter().map(|count| count.shows).sum();
            let keys: Vec<f64> = counts.iter().map(|count| upper_bound(count.shows, count.wins, all, self.c)).collect();
            Ok(chosen(&keys, list, self.n))
        })
    }
}

/// x̄ + c·√(2·ln N ÷ n); infinite for n = 0.
fn upper_bound(shows: f64, wins: f64, all: f64, c: f64) -> f64 {
    if shows <= 0.0 {
        return f64::INFINITY;
    }
    wins / shows + c * (2.0 * all.max(1.0).ln() / shows).sqrt()
}

/// Parameters of `rerank.thompson`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThompsonParams {
    /// Names of the counts.
    #[serde(default)]
    counts: Counts,
    /// Prior successes.
    #[serde(default = "one")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    a: f64,
    /// Prior failures.
    #[serde(default = "one")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    b: f64,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// Orders by a draw from Beta(a + successes, b + failures).
pub(crate) struct Thompson {
    counts: CountReader,
    a: f64,
    b: f64,
    n: Option<usize>,
}

impl<E> Configure<E> for Thompson {
    const TYPE: &'static str = "rerank.thompson";
    type Params = ThompsonParams;

    fn configure(params: ThompsonParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { counts: CountReader::new(params.counts, site), a: params.a, b: params.b, n: params.n })
    }
}

impl<E: Sync> Node<E> for Thompson {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.counts.read(list.ids()).then(|counts| {
            let mut rng = call.rng();
            let draw = |count: &Count| {
                let beta = Beta::new(self.a + count.wins, self.b + count.shows - count.wins);
                beta.map(|beta| beta.sample(&mut rng)).map_err(|error| NodeError::Model(error.to_string()))
            };
            let keys: Vec<f64> = counts.iter().map(draw).collect::<Result<_, _>>()?;
            Ok(chosen(&keys, list, self.n))
        })
    }
}

/// Parameters of `rerank.epsilon_greedy`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EpsilonParams {
    /// Probability that a place goes to a random item instead of the next-best one.
    #[schemars(range(min = 0.0, max = 1.0))]
    epsilon: f64,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// Takes the next-best item, or with probability ε a random one. The record notes the propensity of each random choice,
/// (1 − ε)·\[it was the next best\] + ε ÷ items left.
#[derive(Debug)]
pub(crate) struct EpsilonGreedy {
    params: EpsilonParams,
}

impl<E> Configure<E> for EpsilonGreedy {
    const TYPE: &'static str = "rerank.epsilon_greedy";
    type Params = EpsilonParams;

    fn configure(params: EpsilonParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params })
    }
}

impl<E> Node<E> for EpsilonGreedy {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let mut rng = call.rng();
        let mut left: Vec<u32> = list.by_score();
        let n = self.params.n.unwrap_or(usize::MAX).min(left.len());
        let mut effect = Effect::default();
        let mut order = Vec::with_capacity(n);
        while order.len() < n {
            let explore = rng.random::<f64>() < self.params.epsilon;
            let place = if explore { rng.random_range(0..left.len()) } else { 0 };
            let greedy = if place == 0 { 1.0 - self.params.epsilon } else { 0.0 };
            let propensity = greedy + self.params.epsilon / left.len() as f64;
            let position = left.remove(place);
            order.push(position);
            if explore {
                let id = list.ids().get(position as usize).copied().unwrap_or_default();
                let text = format!("item {id} explored at place {} with propensity {propensity:.6}", order.len());
                effect.facts.notes.push(Lapse::new("", text));
            }
        }
        effect.order = Some(order);
        Work::now(effect)
    }
}
