//! `rank.lr`: logistic regression with an explanation of each score.

use std::sync::Arc;

use live_pack_recommend_model::{
    LinearModel, Matrix,
    artefact::Content,
    linear::{BoundLinear, sigmoid},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{matrix, ranked};
use crate::{
    candidates::Candidates,
    effect::{Effect, Explain},
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rank.lr`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LrParams {
    /// Folder of an artefact of kind `linear`, or a JSON file with intercept and weights; relative to the
    /// specification.
    model: String,
    /// Score of an item.
    #[serde(default)]
    output: Output,
    /// Maximum number of items to keep, for the first of two rankers; all by default.
    cut: Option<usize>,
}

/// Score of an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Output {
    /// 1 ÷ (1 + e^−logit).
    #[default]
    Probability,
    /// intercept + Σ weight · value.
    Logit,
}

/// Logistic regression; orders the items by their new score.
pub(crate) struct Lr {
    model: Arc<Bound>,
    output: Output,
    cut: Option<usize>,
}

#[derive(Debug)]
struct Bound {
    linear: BoundLinear,
    intercept: f64,
    features: Vec<String>,
}

impl<E> Configure<E> for Lr {
    const TYPE: &'static str = "rank.lr";
    type Params = LrParams;

    fn configure(params: LrParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let model: LinearModel = if site.is_folder(&params.model) {
            match site.artefact("model", &params.model)? {
                Content::Linear(model) => model,
                _ => {
                    site.fault("model", "must be an artefact of kind linear", &params.model.into());
                    return None;
                }
            }
        } else {
            let text = site.text("model", &params.model)?;
            let read = serde_json::from_str(&text);
            read.map_err(|error| site.fault("model", format!("must be a linear model: {error}"), &params.model.into()))
                .ok()?
        };
        let schema = site.features()?;
        let bound = model.bind(&schema);
        let linear = bound.map_err(|error| site.missing("model", format!("the model has {error}"))).ok()?;
        let features = model.features().map(str::to_owned).collect();
        let model = Arc::new(Bound { linear, intercept: model.intercept(), features });
        Some(Self { model, output: params.output, cut: params.cut })
    }
}

impl<E> Node<E> for Lr {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        Work::Now(matrix(list).map(|matrix| {
            let mut scores = Vec::new();
            self.model.linear.logits(&matrix, &mut scores);
            if self.output == Output::Probability {
                scores.iter_mut().for_each(|score| *score = sigmoid(*score));
            }
            let mut effect = ranked(scores, list, self.cut);
            let explanation = Explanation { model: Arc::clone(&self.model), matrix, ids: list.ids().to_vec() };
            effect.facts.explanation = Some(Arc::new(explanation));
            effect
        }))
    }
}

/// The rows of one request, explained on demand.
#[derive(Debug)]
struct Explanation {
    model: Arc<Bound>,
    matrix: Arc<Matrix>,
    ids: Vec<i64>,
}

impl Explain for Explanation {
    /// Contributions of each feature and of the intercept; they sum to the logit.
    fn contributions(&self, id: i64) -> Vec<(String, f64)> {
        let Some(row) = self.ids.iter().position(|other| *other == id) else { return Vec::new() };
        let parts = self.model.linear.explain(self.matrix.row(row)).contributions;
        let named = self.model.features.iter().cloned().zip(parts);
        std::iter::once(("intercept".to_owned(), self.model.intercept)).chain(named).collect()
    }
}
