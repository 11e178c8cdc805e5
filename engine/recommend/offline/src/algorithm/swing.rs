//! Swing (arXiv 2010.05525): two items are similar if pairs of users share them and little else.
//!
//! s_ij = Σ over pairs u < v of users that have both, of w_u · w_v / (α + |I_u ∩ I_v|), w_u = 1/√|I_u|.

use super::{FitError, affordable};
use crate::{
    fitted::{Fitted, Weights},
    parameters::{Parameter, Parameters},
    top::keep_best,
    training::Training,
};

/// `alpha`: smoothing of the number of shared items. `k`: weights kept per history item.
pub(super) const PARAMETERS: &[Parameter] =
    &[Parameter::real("alpha", 1.0, 0.0, 1e6), Parameter::whole("k", 100.0, 1.0, 1e6)];

pub(super) fn fit(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let size = training.items();
    affordable("swing", size, 1)?;
    let similarity = similarity(training, parameters.real("alpha"));
    let k = parameters.whole("k");
    let rows = (0..size).map(|row| {
        let mut weights: Vec<_> = similarity.row(row).filter(|(other, _)| *other as usize != row).collect();
        keep_best(&mut weights, k);
        weights.sort_unstable_by_key(|(other, _)| *other);
        weights
    });
    Ok(Fitted::Items { weights: Weights::Sparse(rows.collect()), power: 0.0 })
}

/// The full similarity matrix. Its diagonal is meaningless.
fn similarity(training: &Training, alpha: f64) -> Weights {
    let size = training.items();
    let mut values = vec![0.0; size * size];
    let weight = |user: usize| 1.0 / (training.by_user.row(user).len() as f64).sqrt();
    let mut shared: Vec<Vec<u32>> = vec![Vec::new(); training.users()];
    let mut met = Vec::new();
    for (user, history) in training.by_user.iter().enumerate() {
        met.clear();
        for item in history {
            let later = training.by_item.row(*item as usize).iter().filter(|other| **other as usize > user);
            for other in later {
                if let Some(items) = shared.get_mut(*other as usize) {
                    if items.is_empty() {
                        met.push(*other as usize);
                    }
                    items.push(*item);
                }
            }
        }
        met.sort_unstable();
        for other in &met {
            let Some(items) = shared.get_mut(*other) else { continue };
            let share = weight(user) * weight(*other) / (alpha + items.len() as f64);
            for row in &*items {
                let start = *row as usize * size;
                let Some(row) = values.get_mut(start..start + size) else { continue };
                for column in &*items {
                    if let Some(sum) = row.get_mut(*column as usize) {
                        *sum += share;
                    }
                }
            }
            items.clear();
        }
    }
    Weights::Dense { size, values }
}
