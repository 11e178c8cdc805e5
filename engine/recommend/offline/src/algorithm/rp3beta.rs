//! RP3β (Paudel et al. 2017): three-step random walk with a penalty on popular items.
//!
//! W_ij = Σ_u (1/n_i)^α · (1/n_u)^α / n_j^β, diagonal 0; each history item keeps its k largest; score = n_u^−α · Σ W.

use super::FitError;
use crate::{
    fitted::{Fitted, Weights},
    parameters::{Parameter, Parameters},
    top::keep_best,
    training::Training,
};

/// `alpha`: exponent of each transition probability. `beta`: exponent of the popularity. `k`: weights kept per item.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::real("alpha", 1.0, 0.0, 10.0),
    Parameter::real("beta", 0.6, 0.0, 10.0),
    Parameter::whole("k", 100.0, 1.0, 1e6),
];

pub(super) fn fit(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let (alpha, beta, k) = (parameters.real("alpha"), parameters.real("beta"), parameters.whole("k"));
    let step = |degree: usize| (1.0 / degree as f64).powf(alpha);
    let from_user: Vec<f64> = training.by_user.iter().map(|items| step(items.len())).collect();
    let penalty: Vec<f64> = training.by_item.iter().map(|users| (users.len() as f64).powf(beta)).collect();
    let mut walk = vec![0.0; training.items()];
    let mut met = Vec::new();
    let one = |(item, users): (usize, &[u32])| {
        met.clear();
        let from_item = step(users.len());
        for user in users {
            let probability = from_item * from_user.get(*user as usize).copied().unwrap_or_default();
            for other in training.by_user.row(*user as usize) {
                if let Some(sum) = walk.get_mut(*other as usize) {
                    if *sum <= 0.0 {
                        met.push(*other);
                    }
                    *sum += probability;
                }
            }
        }
        let mut weights = Vec::with_capacity(met.len());
        for other in &met {
            let at = *other as usize;
            let reached = walk.get_mut(at).map(std::mem::take).unwrap_or_default();
            if at != item {
                weights.push((*other, reached / penalty.get(at).copied().unwrap_or(1.0)));
            }
        }
        keep_best(&mut weights, k);
        weights.sort_unstable_by_key(|(other, _)| *other);
        weights
    };
    let weights = training.by_item.iter().enumerate().map(one).collect();
    Ok(Fitted::Items { weights: Weights::Sparse(weights), power: alpha })
}
