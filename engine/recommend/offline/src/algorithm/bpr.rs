//! Bayesian personalised ranking (Rendle et al. 2009, arXiv 1205.2618) of matrix factors, by stochastic gradient ascent.
//!
//! Each step draws an interaction (u, i) and an item j that u does not have, and increases ln σ(w_u·(h_i − h_j)). An epoch
//! has one step per interaction. Vectors are initialised from normal(0, 0.1).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{FitError, converged};
use crate::{
    fitted::{Factors, Fitted, dot},
    parameters::{Parameter, Parameters},
    training::Training,
};

/// `dim`: length of the vectors. `reg`: L2 weight. `rate`: learning rate. `epochs`: passes over the interactions.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::whole("dim", 32.0, 1.0, 1024.0),
    Parameter::real("reg", 0.01, 0.0, 1e3),
    Parameter::real("rate", 0.02, 1e-9, 1e3),
    Parameter::whole("epochs", 100.0, 1.0, 100_000.0),
    Parameter::seed(),
];

/// Maximum number of draws before a user who has nearly all items is skipped.
const DRAWS: usize = 100;

pub(super) fn fit(training: &Training, parameters: &Parameters) -> Result<Fitted, FitError> {
    let dim = parameters.whole("dim");
    let (rate, reg) = (parameters.real("rate"), parameters.real("reg"));
    let mut random = ChaCha8Rng::seed_from_u64(parameters.seed());
    let mut start = |rows: usize| {
        let normal = |_| {
            let value: f64 = StandardNormal.sample(&mut random);
            0.1 * value
        };
        Factors { dim, values: (0..rows * dim).map(normal).collect() }
    };
    let (mut users, mut items) = (start(training.users()), start(training.items()));
    let pairs: Vec<(u32, u32)> = (0_u32..)
        .zip(training.by_user.iter())
        .flat_map(|(user, history)| history.iter().map(move |item| (user, *item)))
        .collect();
    let mut step = Step { dim, rate, reg, change: vec![0.0; dim] };
    for _ in 0..parameters.whole("epochs") {
        for _ in 0..pairs.len() {
            let Some((user, item)) = pairs.get(random.random_range(0..pairs.len())).copied() else { continue };
            let history = training.by_user.row(user as usize);
            let drawn = (0..DRAWS).map(|_| random.random_range(0..training.items()));
            let absent = |at: &usize| u32::try_from(*at).is_ok_and(|at| history.binary_search(&at).is_err());
            let Some(other) = drawn.into_iter().find(absent) else { continue };
            step.take(&mut users, &mut items, (user as usize, item as usize, other));
        }
    }
    converged("bpr", "rate", users, items)
}

/// One gradient step.
struct Step {
    dim: usize,
    rate: f64,
    reg: f64,
    /// Working space: h_i − h_j.
    change: Vec<f64>,
}

impl Step {
    fn take(&mut self, users: &mut Factors, items: &mut Factors, (user, item, other): (usize, usize, usize)) {
        let (dim, rate, reg) = (self.dim, self.rate, self.reg);
        for ((change, own), other) in self.change.iter_mut().zip(items.row(item)).zip(items.row(other)) {
            *change = own - other;
        }
        let Some(user) = users.values.get_mut(user * dim..(user + 1) * dim) else { return };
        let slope = 1.0 / (1.0 + dot(user, &self.change).exp());
        // the two item vectors do not overlap: `other` is not in the history, `item` is
        for (at, sign) in [(item, slope), (other, -slope)] {
            let Some(vector) = items.values.get_mut(at * dim..(at + 1) * dim) else { return };
            for (value, user) in vector.iter_mut().zip(&*user) {
                *value += rate * (sign * user - reg * *value);
            }
        }
        for (value, change) in user.iter_mut().zip(&self.change) {
            *value += rate * (slope * change - reg * *value);
        }
    }
}
