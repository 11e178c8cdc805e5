//! EASE (Steck 2019, arXiv 1905.03375): the closed form of a linear auto-encoder.
//!
//! P = (XᵀX + λI)⁻¹, B_ij = −P_ij / P_jj, B_jj = 0; scores are X_u · B.

use faer::{Mat, Side, linalg::solvers::DenseSolveCore};

use super::{FitError, affordable};
use crate::{
    fitted::{Fitted, Weights},
    parameters::{Parameter, Parameters},
    training::Training,
};

/// `lambda`: L2 weight. `keep`: number of weights kept per history item, the largest by absolute value; 0 keeps all.
pub(super) const PARAMETERS: &[Parameter] =
    &[Parameter::real("lambda", 250.0, 1e-6, 1e12), Parameter::whole("keep", 0.0, 0.0, 1e6)];

/// The Gram matrix, its factor and its inverse exist at the same time.
const MATRICES: u64 = 3;

pub(super) fn fit(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let size = training.items();
    affordable("ease", size, MATRICES)?;
    let singular = |_| FitError::Singular { algorithm: "ease", parameter: "lambda" };
    let mut inverse = gram(training, parameters.real("lambda")).llt(Side::Lower).map_err(singular)?.inverse();
    let diagonal: Vec<f64> = (0..size).map(|item| inverse[(item, item)]).collect();
    let mut values = Vec::with_capacity(size * size);
    for (row, column) in inverse.col_iter_mut().enumerate() {
        // P is symmetric: its columns, which are contiguous in memory, are its rows
        for ((at, value), scale) in column.iter().enumerate().zip(&diagonal) {
            values.push(if at == row { 0.0 } else { -value / scale });
        }
    }
    let weights = Weights::Dense { size, values };
    let keep = parameters.whole("keep");
    Ok(Fitted::Items { weights: if keep == 0 { weights } else { largest(&weights, keep) }, power: 0.0 })
}

/// XᵀX + λI.
fn gram(training: &Training, lambda: f64) -> Mat<f64> {
    let size = training.items();
    let mut gram = Mat::<f64>::zeros(size, size);
    for history in training.by_user.iter() {
        for column in history {
            let column = gram.col_mut(*column as usize);
            let Some(column) = column.try_as_col_major_mut() else { continue };
            let column = column.as_slice_mut();
            for row in history {
                if let Some(count) = column.get_mut(*row as usize) {
                    *count += 1.0;
                }
            }
        }
    }
    for item in 0..size {
        gram[(item, item)] += lambda;
    }
    gram
}

/// The `keep` largest weights of each row by absolute value.
fn largest(weights: &Weights, keep: usize) -> Weights {
    let rows = (0..weights.len()).map(|row| {
        let mut entries: Vec<_> = weights.row(row).collect();
        entries.sort_unstable_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(&other.0)));
        entries.truncate(keep);
        entries.sort_unstable_by_key(|(column, _)| *column);
        entries
    });
    Weights::Sparse(rows.collect())
}
