//! `rerank.topn`: the first n items of the list.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `rerank.topn`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopNParams {
    /// Maximum number of items to keep; all by default.
    n: Option<usize>,
}

/// Keeps the first n items of the list.
#[derive(Debug)]
pub(crate) struct TopN {
    n: usize,
}

impl<E> Configure<E> for TopN {
    const TYPE: &'static str = "rerank.topn";
    type Params = TopNParams;

    fn configure(params: TopNParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { n: params.n.unwrap_or(usize::MAX) })
    }
}

impl<E> Node<E> for TopN {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let kept = self.n.min(list.len());
        Work::now(Effect::order((0..u32::try_from(kept).unwrap_or(u32::MAX)).collect()))
    }
}
