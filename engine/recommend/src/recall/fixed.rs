//! `recall.static`: hits listed in the specification, for tests and fallbacks.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    error::NodeError,
    hits::{Hit, Hits},
    id::Id,
    node::{Call, Source, Work},
    score::Score,
    span::Span,
    types::{Configure, Site},
};

/// Parameters of `recall.static`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaticParams {
    /// Items with scores, in the order of the source.
    items: Vec<(Id, Score)>,
    /// Delay of the answer.
    #[serde(default)]
    delay: Option<Span>,
    /// Fails instead of answering.
    #[serde(default)]
    fail: bool,
}

/// Hits listed in the specification.
#[derive(Debug)]
pub(crate) struct Static {
    hits: Hits,
    delay: Duration,
    fail: bool,
}

impl<E> Configure<E> for Static {
    const TYPE: &'static str = "recall.static";
    type Params = StaticParams;

    fn configure(params: StaticParams, _: &mut Site<'_, '_, E>) -> Option<Self> {
        let hits = params.items.iter().map(|(id, score)| Hit { id: id.0, score: score.0 }).collect();
        Some(Self { hits, delay: params.delay.unwrap_or_default().0, fail: params.fail })
    }
}

impl<E: Sync> Source<E> for Static {
    fn recall<'a>(&'a self, _: &'a Call<'a, E>) -> Work<'a, Hits> {
        let answer = if self.fail { Err(NodeError::Declared) } else { Ok(self.hits.clone()) };
        if self.delay.is_zero() {
            return Work::Now(answer);
        }
        Work::later(async move {
            tokio::time::sleep(self.delay).await;
            answer
        })
    }
}
