//! Offline evaluation: split, train, rank all candidates, measure.

use std::num::NonZeroUsize;

use serde::Serialize;

use crate::{
    algorithm::{Algorithm, FitError},
    log::Log,
    metrics::Metrics,
    split::Split,
    top::best_unseen,
    training::Training,
};

/// Means over the users with at least one test item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evaluation {
    /// Means of the metrics.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Number of users measured.
    pub users: usize,
}

/// Failure of an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// Training failed.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// One side of the split is empty.
    #[error("the split leaves no {side} interactions of {interactions}; use another split or a larger log")]
    OneSided {
        /// "training" or "test".
        side: &'static str,
        /// Number of interactions in the log.
        interactions: usize,
    },
}

/// Trains on the training side of the split and measures the first `k` places on the test side. A user's candidates are
/// all items of the log except those in the user's training interactions.
///
/// # Errors
/// A failed training run, or a split with an empty side.
pub fn evaluate(log: &Log, algorithm: &Algorithm, split: Split, k: NonZeroUsize) -> Result<Evaluation, EvalError> {
    let test = split.test(log);
    let is_test = |at: usize| test.get(at).copied().unwrap_or_default();
    let tested = test.iter().filter(|test| **test).count();
    for (side, count) in [("test", tested), ("training", test.len() - tested)] {
        if count == 0 {
            return Err(EvalError::OneSided { side, interactions: test.len() });
        }
    }
    let training = Training::new(log, |at| !is_test(at));
    let relevant = Training::new(log, is_test).by_user;
    let fitted = algorithm.fit(&training)?;
    let mut scores = vec![0.0; training.items()];
    let mut best = Vec::new();
    let mut lists = Vec::new();
    for (user, relevant) in relevant.iter().enumerate().filter(|(_, items)| !items.is_empty()) {
        let history = training.by_user.row(user);
        fitted.score(user, history, &mut scores);
        best_unseen(&scores, history, k.get(), &mut best);
        let ranked: Vec<u32> = best.iter().map(|(item, _)| *item).collect();
        lists.push(Metrics::of(&ranked, relevant, k));
    }
    Ok(Evaluation { metrics: Metrics::mean(&lists), users: lists.len() })
}
