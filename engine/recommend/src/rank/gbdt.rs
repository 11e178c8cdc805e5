//! `rank.gbdt`: gradient-boosted trees of LightGBM and XGBoost; raw scores equal theirs to the bit.

use live_pack_recommend_model::{Binding, Trees, artefact::Content};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{matrix, ranked};
use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rank.gbdt`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GbdtParams {
    /// Folder of an artefact of kind `trees`, or a model file (LightGBM text or XGBoost JSON); relative to the
    /// specification.
    model: String,
    /// Returns raw scores instead of predictions.
    #[serde(default)]
    raw: bool,
    /// Weights that combine the outputs of a multi-output model; one per output.
    heads: Option<Vec<f64>>,
    /// Maximum number of items to keep, for the first of two rankers; all by default.
    cut: Option<usize>,
}

/// Gradient-boosted trees; orders the items by their new score.
pub(crate) struct Gbdt {
    trees: Trees,
    binding: Binding,
    raw: bool,
    heads: Vec<f64>,
    cut: Option<usize>,
}

impl<E> Configure<E> for Gbdt {
    const TYPE: &'static str = "rank.gbdt";
    type Params = GbdtParams;

    fn configure(params: GbdtParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let trees = if site.is_folder(&params.model) {
            match site.artefact("model", &params.model)? {
                Content::Trees { trees, .. } => trees,
                _ => {
                    site.fault("model", "must be an artefact of kind trees", &params.model.into());
                    return None;
                }
            }
        } else {
            let text = site.text("model", &params.model)?;
            let read = Trees::parse(&text);
            read.map_err(|error| site.fault("model", format!("must be a tree model: {error}"), &params.model.into()))
                .ok()?
        };
        let heads = params.heads.unwrap_or_else(|| vec![1.0]);
        if heads.len() != trees.outputs() {
            let rule = format!("must have one weight per output of the model, {}", trees.outputs());
            site.fault("heads", rule, &heads.len().into());
        }
        let schema = site.features()?;
        let bound = trees.bind(&schema);
        let binding = bound.map_err(|error| site.missing("model", format!("the model has {error}"))).ok()?;
        Some(Self { trees, binding, raw: params.raw, heads, cut: params.cut })
    }
}

impl<E> Node<E> for Gbdt {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        Work::Now(matrix(list).map(|matrix| {
            let mut outputs = Vec::new();
            if self.raw {
                self.trees.raw(&matrix, &self.binding, &mut outputs);
            } else {
                self.trees.predict(&matrix, &self.binding, &mut outputs);
            }
            let scores = match self.heads.as_slice() {
                [weight] if weight.to_bits() == 1.0_f64.to_bits() => outputs,
                heads => {
                    let combined = |row: &[f64]| row.iter().zip(heads).map(|(output, weight)| output * weight).sum();
                    outputs.chunks_exact(heads.len().max(1)).map(combined).collect()
                }
            };
            ranked(scores, list, self.cut)
        }))
    }
}
