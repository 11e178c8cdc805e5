//! `feature.enrich`: reads the feature matrix of the list in one batch, for the rankers that follow.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_recommend_model::{
    Matrix, Schema,
    features::{Cross, Defaults, Operation, cross::Crosses},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    ask::Request,
    candidates::Candidates,
    effect::Effect,
    error::NodeError,
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, NodeType, Site},
};

/// Parameters of `feature.enrich`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(crate) struct EnrichParams {
    /// Item features, read from the store.
    item: Vec<String>,
    /// Features of the viewer and the moment, read from `features` of the request.
    request: Vec<String>,
    /// Features computed from two others.
    crosses: Vec<CrossParams>,
    /// Defaults for missing features.
    defaults: BTreeMap<String, f32>,
}

/// A feature computed from two others.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CrossParams {
    /// Name of the new feature.
    name: String,
    /// Left operand.
    left: String,
    /// Right operand.
    right: String,
    /// Operation.
    operation: OperationName,
}

/// Operation of a cross; the result is missing if an operand is.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OperationName {
    /// left · right.
    Product,
    /// left + right.
    Sum,
    /// left − right.
    Difference,
    /// left ÷ right; missing if right is 0.
    Ratio,
    /// 1 if left equals right, else 0.
    Equal,
}

/// The feature matrix: item features, then request features, then crosses.
pub(crate) struct Enrich {
    item: Vec<String>,
    request: Vec<String>,
    schema: Schema,
    crosses: Option<Crosses>,
    defaults: Option<Defaults>,
    data: ItemData,
}

/// The entry in the table of node types.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![NodeType::node::<Enrich>()]
}

impl<E> Configure<E> for Enrich {
    const TYPE: &'static str = "feature.enrich";
    type Params = EnrichParams;

    fn configure(params: EnrichParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let names = params.item.iter().chain(&params.request).cloned();
        let base = or_fault(Schema::new(names), "", site)?;
        let crosses: Vec<Cross> = params
            .crosses
            .into_iter()
            .map(|cross| Cross {
                name: cross.name,
                left: cross.left,
                right: cross.right,
                operation: match cross.operation {
                    OperationName::Product => Operation::Product,
                    OperationName::Sum => Operation::Sum,
                    OperationName::Difference => Operation::Difference,
                    OperationName::Ratio => Operation::Ratio,
                    OperationName::Equal => Operation::Equal,
                },
            })
            .collect();
        let crosses =
            if crosses.is_empty() { None } else { Some(or_fault(Crosses::new(&base, &crosses), "crosses", site)?) };
        let schema = crosses.as_ref().map_or(base, |crosses| crosses.schema().clone());
        let defaults = if params.defaults.is_empty() {
            None
        } else {
            Some(or_fault(Defaults::new(&schema, &params.defaults), "defaults", site)?)
        };
        site.declare_features(schema.clone());
        let data = ItemData::of(site.parts());
        Some(Self { item: params.item, request: params.request, schema, crosses, defaults, data })
    }
}

fn or_fault<T, X: std::fmt::Display, E>(result: Result<T, X>, key: &str, site: &mut Site<'_, '_, E>) -> Option<T> {
    result.map_err(|error| site.missing(key, error.to_string())).ok()
}

impl<E: Sync> Node<E> for Enrich {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let request = call.ask.request;
        self.data.features.read(list.ids(), &self.item).then(move |values| {
            let matrix = self.matrix(&values, request, list.len());
            Ok(Effect {
                features: Some(Arc::new(matrix.ok_or(NodeError::Broken("one value per item and feature"))?)),
                ..Effect::default()
            })
        })
    }
}

impl Enrich {
    /// The matrix of `rows` items; `None` if the store returned the wrong number of values.
    #[expect(clippy::cast_possible_truncation, reason = "features are single precision, as models expect them")]
    fn matrix(&self, values: &[f64], request: &Request, rows: usize) -> Option<Matrix> {
        if values.len() != rows * self.item.len() {
            return None;
        }
        let of_request: Vec<f32> = self
            .request
            .iter()
            .map(|name| request.features.get(name).map_or(f32::NAN, |value| *value as f32))
            .collect();
        let width = self.schema.len();
        let mut all = vec![f32::NAN; rows * width];
        let mut items = values.chunks_exact(self.item.len().max(1));
        for row in all.chunks_exact_mut(width.max(1)) {
            let own = if self.item.is_empty() { &[] } else { items.next().unwrap_or(&[]) };
            for (slot, value) in row.iter_mut().zip(own) {
                *slot = *value as f32;
            }
            for (slot, value) in row.iter_mut().skip(self.item.len()).zip(&of_request) {
                *slot = *value;
            }
            // Defaults fill the operands before the crosses are computed, and then the missing crosses.
            if let Some(defaults) = &self.defaults {
                defaults.fill(row);
            }
            if let Some(crosses) = &self.crosses {
                crosses.compute(row);
                if let Some(defaults) = &self.defaults {
                    defaults.fill(row);
                }
            }
        }
        Matrix::new(self.schema.clone(), rows, all)
    }
}
