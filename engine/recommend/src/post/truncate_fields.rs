//! `postprocess.truncate_fields`: drops columns that the answer does not need.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::{Column, Effect},
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `postprocess.truncate_fields`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TruncateFieldsParams {
    /// Columns to drop.
    #[schemars(length(min = 1))]
    drop: Vec<Column>,
}

/// Drops columns from the answer. The record keeps them.
pub(crate) struct TruncateFields {
    drop: Vec<Column>,
}

impl<E> Configure<E> for TruncateFields {
    const TYPE: &'static str = "postprocess.truncate_fields";
    type Params = TruncateFieldsParams;

    fn configure(params: TruncateFieldsParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { drop: params.drop })
    }
}

impl<E> Node<E> for TruncateFields {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, _: &'a Candidates) -> Work<'a, Effect> {
        Work::now(Effect { dropped: self.drop.clone(), ..Effect::default() })
    }
}
