//! Code shared by rankers: the matrix of the list, a model file, and sorting by the new scores.

use std::sync::Arc;

use live_pack_recommend_model::Matrix;

use crate::{
    candidates::{Candidates, by_score},
    effect::Effect,
    error::NodeError,
};

/// The matrix with one row per item, in list order. Rows are copied only if the list has changed since the matrix was
/// read; an item added later has a row of missing values.
pub(super) fn matrix(list: &Candidates) -> Result<Arc<Matrix>, NodeError> {
    let matrix = list.features().ok_or(NodeError::Lacks("feature matrix, because feature.enrich did not run"))?;
    let unchanged = matrix.rows() == list.len() && list.rows().enumerate().all(|(at, row)| row == Some(at));
    if unchanged {
        return Ok(Arc::clone(matrix));
    }
    let mut own = Matrix::missing(matrix.schema().clone(), list.len());
    for (at, row) in list.rows().enumerate() {
        if let Some(row) = row {
            own.row_mut(at).copy_from_slice(matrix.row(row));
        }
    }
    Ok(Arc::new(own))
}

/// New scores, best first, cut to `cut` items.
pub(super) fn ranked(scores: Vec<f64>, list: &Candidates, cut: Option<usize>) -> Effect {
    let mut order = by_score(&scores, list.ids());
    order.truncate(cut.unwrap_or(usize::MAX));
    Effect { scores: Some(scores), order: Some(order), ..Effect::default() }
}
