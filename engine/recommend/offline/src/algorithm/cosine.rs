//! Cosine neighbours on binary feedback: c / √(n_i · n_j), without shrinkage.

use super::FitError;
use crate::{
    fitted::{Fitted, Weights},
    parameters::{Parameter, Parameters},
    top::keep_best,
    training::{Rows, Training},
};

/// `k`: number of neighbours.
pub(super) const PARAMETERS: &[Parameter] = &[Parameter::whole("k", 50.0, 1.0, 1e6)];

/// The `k` most similar items of each candidate, stored by history item because scorers read them that way.
pub(super) fn fit_items(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let neighbours = neighbours(&training.by_item, &training.by_user, parameters.whole("k"));
    let mut weights = vec![Vec::new(); neighbours.len()];
    for (candidate, similar) in (0_u32..).zip(&neighbours) {
        for (history, similarity) in similar {
            if let Some(row) = weights.get_mut(*history as usize) {
                row.push((candidate, *similarity));
            }
        }
    }
    Ok(Fitted::Items { weights: Weights::Sparse(weights), power: 0.0 })
}

/// The `k` most similar users of each user.
pub(super) fn fit_users(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let mut neighbours = neighbours(&training.by_user, &training.by_item, parameters.whole("k"));
    for similar in &mut neighbours {
        similar.sort_unstable_by_key(|(user, _)| *user);
    }
    Ok(Fitted::Users { neighbours: Weights::Sparse(neighbours), histories: training.by_user.clone() })
}

/// The `k` most similar other rows of each row, best first. `columns` is the transpose of `rows`.
fn neighbours(rows: &Rows, columns: &Rows, k: usize) -> Vec<Vec<(u32, f64)>> {
    let mut shared = vec![0_u32; rows.len()];
    let mut met = Vec::new();
    let one = |row: usize| {
        met.clear();
        for column in rows.row(row) {
            for other in columns.row(*column as usize) {
                if let Some(count) = shared.get_mut(*other as usize) {
                    if *count == 0 {
                        met.push(*other);
                    }
                    *count += 1;
                }
            }
        }
        let own = rows.row(row).len();
        let mut similar = Vec::with_capacity(met.len());
        for other in &met {
            let count = shared.get_mut(*other as usize).map(std::mem::take).unwrap_or_default();
            let at = *other as usize;
            if at != row {
                similar.push((*other, f64::from(count) / ((own * rows.row(at).len()) as f64).sqrt()));
            }
        }
        keep_best(&mut similar, k);
        similar
    };
    (0..rows.len()).map(one).collect()
}
