//! Implicit alternating least squares (Rendle et al. 2021, arXiv 2110.14037), ν = 1.
//!
//! Loss: Σ over interactions (1 − w·h)² + α₀ Σ over all pairs (w·h)² + Σ λ‖·‖², with λ_u = reg·(n_u + α₀·items) and
//! λ_i = reg·(n_i + α₀·users). Each sweep solves the users, then the items.

use faer::{Accum, Mat, MatRef, Par, Side, linalg::matmul::matmul, prelude::Solve};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{FitError, converged};
use crate::{
    fitted::{Factors, Fitted},
    parameters::{Parameter, Parameters},
    training::{Rows, Training},
};

/// `dim`: length of the vectors. `reg`: L2 weight. `alpha0`: weight of unobserved pairs. `sweeps`: number of sweeps.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::whole("dim", 64.0, 1.0, 1024.0),
    Parameter::real("reg", 0.01, 1e-9, 1e9),
    Parameter::real("alpha0", 0.1, 0.0, 1e6),
    Parameter::whole("sweeps", 16.0, 1.0, 1000.0),
    Parameter::seed(),
];

pub(super) fn fit(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let dim = parameters.whole("dim");
    let mut random = ChaCha8Rng::seed_from_u64(parameters.seed());
    let mut users = start(training.users(), dim, &mut random);
    let mut items = start(training.items(), dim, &mut random);
    let (reg, alpha0) = (parameters.real("reg"), parameters.real("alpha0"));
    for _ in 0..parameters.whole("sweeps") {
        solve(&mut users, &items, &training.by_user, reg, alpha0)?;
        solve(&mut items, &users, &training.by_item, reg, alpha0)?;
    }
    converged("ials", "alpha0", users, items)
}

/// Vectors drawn from normal(0, 0.1/√dim).
fn start(rows: usize, dim: usize, random: &mut ChaCha8Rng) -> Factors {
    let deviation = 0.1 / (dim as f64).sqrt();
    let normal = |_| {
        let value: f64 = StandardNormal.sample(random);
        deviation * value
    };
    Factors { dim, values: (0..rows * dim).map(normal).collect() }
}

/// Solves every row of `free` against `fixed`.
fn solve(free: &mut Factors, fixed: &Factors, rows: &Rows, reg: f64, alpha0: f64) -> Result<(), FitError> {
    let dim = fixed.dim;
    let others = fixed.values.len() / dim;
    let all = MatRef::from_row_major_slice(&fixed.values, others, dim);
    let mut base = Mat::<f64>::zeros(dim, dim);
    matmul(base.as_mut(), Accum::Replace, all.transpose(), all, alpha0, Par::Seq);
    let mut gathered = Vec::new();
    let mut system = Mat::<f64>::zeros(dim, dim);
    for (vector, columns) in free.values.chunks_exact_mut(dim).zip(rows.iter()) {
        if columns.is_empty() {
            // the right-hand side is 0, so the solution is 0
            vector.fill(0.0);
            continue;
        }
        gathered.clear();
        for column in columns {
            gathered.extend_from_slice(fixed.row(*column as usize));
        }
        let own = MatRef::from_row_major_slice(&gathered, columns.len(), dim);
        system.copy_from(&base);
        matmul(system.as_mut(), Accum::Add, own.transpose(), own, 1.0, Par::Seq);
        let lambda = reg * (columns.len() as f64 + alpha0 * others as f64);
        for at in 0..dim {
            system[(at, at)] += lambda;
        }
        vector.fill(0.0);
        for other in gathered.chunks_exact(dim) {
            for (sum, value) in vector.iter_mut().zip(other) {
                *sum += value;
            }
        }
        let factor = system.llt(Side::Lower).map_err(|_| FitError::Singular { algorithm: "ials", parameter: "reg" })?;
        factor.solve_in_place(faer::ColMut::from_slice_mut(vector));
    }
    Ok(())
}
