//! Failures of a node or a source. They end a request only if the node is strong.

use std::{any::Any, time::Duration};

/// A failure of a node or a source.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NodeError {
    /// No answer within the remaining time.
    #[error("timeout after {}ms", .0.as_micros().div_ceil(1_000))]
    Late(Duration),
    /// The code of the node panicked; the panic was caught.
    #[error("panicked: {0}")]
    Panicked(String),
    /// `fail: true` of `recall.static`.
    #[error("set to fail by its parameters")]
    Declared,
    /// A store could not answer.
    #[error("store {key:?}: {reason}")]
    Store {
        /// The key that was read.
        key: String,
        /// The reply of the store.
        reason: String,
    },
    /// The answers of the sources cannot be merged as declared.
    #[error("merge {strategy}: {reason}")]
    Merge {
        /// Name of the strategy.
        strategy: &'static str,
        /// The rule that was broken.
        reason: String,
    },
    /// The request lacks a value that the node needs.
    #[error("request has no {0}")]
    Lacks(&'static str),
    /// Two vectors have different lengths.
    #[error("{what} has {found} dimensions, expected {expected}")]
    Dimensions {
        /// The vector with the wrong length.
        what: String,
        /// Its length.
        found: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A model returned an invalid answer.
    #[error("model: {0}")]
    Model(String),
    /// A source with `on_error: "fail"` failed.
    #[error("source {source_name:?} failed: {reason}")]
    Source {
        /// Name of the source.
        source_name: String,
        /// Its failure.
        reason: String,
    },
    /// The answer of the node is invalid.
    #[error("violates a rule for nodes: {0}")]
    Broken(&'static str),
}

impl NodeError {
    /// The failure for a caught panic.
    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        Self::Panicked(
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into()),
        )
    }
}
