//! `rerank.author_decay`: lowers each further item of an author: score · ((1 − floor) · decay^k + floor).

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::{Candidates, by_score},
    effect::Effect,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.author_decay`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorDecayParams {
    /// Label that names the author.
    #[serde(default = "author")]
    by: String,
    /// Factor for each further item.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0))]
    decay: f64,
    /// Minimum factor.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    floor: f64,
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

fn author() -> String {
    "author".into()
}

fn half() -> f64 {
    0.5
}

/// Lowers each further item of an author. A negative score is divided by the factor, so it falls as well.
pub(crate) struct AuthorDecay {
    params: AuthorDecayParams,
    data: ItemData,
}

impl<E> Configure<E> for AuthorDecay {
    const TYPE: &'static str = "rerank.author_decay";
    type Params = AuthorDecayParams;

    fn configure(params: AuthorDecayParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, data: ItemData::of(site.parts()) })
    }
}

impl<E> Node<E> for AuthorDecay {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.label(&self.params.by, list.ids()).then(|authors| Ok(self.effect(list, &authors)))
    }
}

impl AuthorDecay {
    fn effect(&self, list: &Candidates, authors: &[Option<String>]) -> Effect {
        let mut seen: HashMap<&str, i32> = HashMap::new();
        let mut scores = list.scores().to_vec();
        for position in list.by_score() {
            let position = position as usize;
            let author = authors.get(position).and_then(Option::as_deref);
            if let (Some(author), Some(score)) = (author, scores.get_mut(position)) {
                let count = seen.entry(author).or_default();
                let factor = (1.0 - self.params.floor) * self.params.decay.powi(*count) + self.params.floor;
                *score = if *score < 0.0 { *score / factor.max(f64::MIN_POSITIVE) } else { *score * factor };
                // A negative score falls no lower than the lowest finite number.
                *score = score.max(f64::MIN);
                *count += 1;
            }
        }
        let mut order = by_score(&scores, list.ids());
        order.truncate(self.params.n.unwrap_or(usize::MAX));
        Effect { scores: Some(scores), order: Some(order), ..Effect::default() }
    }
}
