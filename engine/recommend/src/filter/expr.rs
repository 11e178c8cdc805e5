//! `filter.expr`: keeps the items that satisfy a CEL condition.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    cel::Condition,
    effect::{Effect, Removal},
    items::ItemData,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `filter.expr`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExprParams {
    /// CEL over `item` and `request`. A condition that names an absent value is false.
    expr: String,
    /// Keeps the items that do not satisfy the condition.
    #[serde(default)]
    invert: bool,
}

/// Keeps the items that satisfy a condition.
pub(crate) struct Expr {
    condition: Condition,
    invert: bool,
    reason: &'static str,
    data: ItemData,
}

impl<E> Configure<E> for Expr {
    const TYPE: &'static str = "filter.expr";
    type Params = ExprParams;

    fn configure(params: ExprParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let condition = site.condition("expr", &params.expr)?;
        let reason = if params.invert { "the condition holds" } else { "the condition does not hold" };
        Some(Self { condition, invert: params.invert, reason, data: ItemData::of(site.parts()) })
    }
}

impl<E: Sync> Node<E> for Expr {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        self.data.judge(vec![&self.condition], call.ask.request, list).then(|holds| {
            let positions = (0u32..).zip(holds.into_iter().flatten()).filter(|(_, holds)| *holds == self.invert);
            Ok(Effect::remove(positions.map(|(position, _)| Removal::new(position, self.reason)).collect()))
        })
    }
}
