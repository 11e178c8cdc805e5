//! The declared behaviour of a filter whose store does not answer.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    effect::{Effect, Lapse, Removal},
    error::NodeError,
    node::Work,
};

/// Behaviour of a filter whose store does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnError {
    /// Keeps all items; the record names the filter.
    Keep,
    /// Removes all items; the record names the filter.
    Reject,
    /// Fails the node: a weak one leaves the list as it was, a strong one ends the request.
    Fail,
}

impl OnError {
    /// Turns a failure into the declared effect for a list of `length` items.
    pub(super) fn apply<'a>(self, work: Work<'a, Effect>, length: usize) -> Work<'a, Effect> {
        match work {
            Work::Now(result) => Work::Now(result.or_else(|error| self.effect(error, length))),
            Work::Later(future) => Work::later(async move { future.await.or_else(|error| self.effect(error, length)) }),
        }
    }

    fn effect(self, error: NodeError, length: usize) -> Result<Effect, NodeError> {
        let mut effect = match self {
            Self::Fail => return Err(error),
            Self::Keep => Effect::default(),
            Self::Reject => {
                let all = 0..u32::try_from(length).unwrap_or(u32::MAX);
                Effect::remove(
                    all.map(|position| Removal::new(position, "the filter could not read its store")).collect(),
                )
            }
        };
        effect.facts.lapses.push(Lapse::new("", error));
        Ok(effect)
    }
}
