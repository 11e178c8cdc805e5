//! Logistic regression on labelled feature rows, by Newton's method (iteratively reweighted least squares).
//!
//! Loss: Σ ln(1 + e^(−y·logit)) + reg/2 · Σ β², where β are the weights of standardised features; the intercept is not
//! penalised. A missing value counts as the mean of its feature, which becomes the model's default.

pub mod examples;

use std::collections::BTreeMap;

use faer::{Accum, Mat, MatRef, Par, Side, linalg::matmul::matmul, prelude::Solve};
use live_pack_recommend_model::{
    Artefact, LinearModel,
    artefact::{Content, FORMAT, Golden, Manifest, golden::Score},
    linear::{LinearError, sigmoid},
};

pub use examples::{Examples, ExamplesError};

use crate::{
    algorithm::{FitError, affordable},
    parameters::{Parameter, Parameters},
};

/// Name on the command line.
pub const NAME: &str = "lr";

/// `reg`: L2 weight of standardised features. `iterations`: maximum number of Newton steps.
pub const PARAMETERS: &[Parameter] =
    &[Parameter::real("reg", 1.0, 1e-6, 1e12), Parameter::whole("iterations", 50.0, 1.0, 10_000.0)];

/// Training stops when no coefficient changes by more than this.
const TOLERANCE: f64 = 1e-9;

/// Number of rows with a golden score, spread evenly over all rows.
const GOLDEN_ROWS: usize = 8;

/// Maximum halvings of a step that does not lower the loss.
const HALVINGS: usize = 30;

/// Failure of a training run.
#[derive(Debug, thiserror::Error)]
pub enum LogisticError {
    /// The equations cannot be solved, or the examples have too many features.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// All labels are equal.
    #[error("all {examples} labels are {label}; examples of both labels are needed")]
    OneLabel {
        /// Number of examples.
        examples: usize,
        /// Their label.
        label: u8,
    },
    /// The coefficients overflow when converted back to the scale of the features.
    #[error("a feature varies too little to weigh it: {0}")]
    Scale(#[from] LinearError),
}

/// A trained model.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// The model, on the scale of the features.
    pub model: LinearModel,
    /// Mean log-loss on the examples.
    pub log_loss: f64,
    /// Mean log-loss of a constant prediction, the share of positives, for comparison.
    pub base_log_loss: f64,
    logits: Vec<f64>,
}

/// Mean and standard deviation of each feature over the rows that have it; deviation 0 for a constant.
fn scales(examples: &Examples) -> Vec<(f64, f64)> {
    let matrix = examples.matrix();
    let column = |column: usize| {
        let values = || {
            let values = (0..matrix.rows()).filter_map(move |row| matrix.row(row).get(column).copied());
            values.filter(|value| !value.is_nan()).map(f64::from)
        };
        let count = values().count().max(1) as f64;
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
        (mean, variance.sqrt())
    };
    (0..matrix.schema().len()).map(column).collect()
}

/// Standardised rows, row-major, with a leading 1 for the intercept.
fn design(examples: &Examples, scales: &[(f64, f64)]) -> Vec<f64> {
    let matrix = examples.matrix();
    let row = |row: usize| {
        let values = matrix.row(row).iter().zip(scales).map(|(value, (mean, deviation))| {
            if value.is_nan() || *deviation <= 0.0 { 0.0 } else { (f64::from(*value) - mean) / deviation }
        });
        std::iter::once(1.0).chain(values)
    };
    (0..matrix.rows()).flat_map(row).collect()
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Labels, design and penalty of one training run.
struct Problem<'a> {
    design: &'a [f64],
    labels: &'a [bool],
    width: usize,
    reg: f64,
}

impl Problem<'_> {
    fn logits(&self, beta: &[f64]) -> Vec<f64> {
        self.design.chunks_exact(self.width).map(|row| crate::fitted::dot(row, beta)).collect()
    }

    /// Sum of log-losses, without the penalty.
    fn log_loss(&self, logits: &[f64]) -> f64 {
        logits.iter().zip(self.labels).map(|(logit, label)| softplus(if *label { -logit } else { *logit })).sum()
    }

    fn loss(&self, beta: &[f64]) -> f64 {
        let penalty: f64 = beta.iter().skip(1).map(|value| value * value).sum();
        self.log_loss(&self.logits(beta)) + 0.5 * self.reg * penalty
    }

    /// Newton step: (XᵀWX + reg·I)⁻¹ · (Xᵀ(y − p) − reg·β).
    fn step(&self, beta: &[f64]) -> Result<Vec<f64>, FitError> {
        let width = self.width;
        let mut gradient: Vec<f64> = beta.iter().map(|value| -self.reg * value).collect();
        if let Some(intercept) = gradient.first_mut() {
            *intercept = 0.0;
        }
        let mut weighted = Vec::with_capacity(self.design.len());
        for ((row, logit), label) in self.design.chunks_exact(width).zip(self.logits(beta)).zip(self.labels) {
            let p = sigmoid(logit);
            let residual = f64::from(u8::from(*label)) - p;
            for (sum, value) in gradient.iter_mut().zip(row) {
                *sum += residual * value;
            }
            let root = (p * (1.0 - p)).sqrt();
            weighted.extend(row.iter().map(|value| root * value));
        }
        let weighted = MatRef::from_row_major_slice(&weighted, self.labels.len(), width);
        let mut hessian = Mat::<f64>::zeros(width, width);
        matmul(hessian.as_mut(), Accum::Replace, weighted.transpose(), weighted, 1.0, Par::Seq);
        for at in 1..width {
            hessian[(at, at)] += self.reg;
        }
        // the intercept is not penalised; this keeps the matrix positive definite when every probability is 0 or 1
        hessian[(0, 0)] += 1e-12;
        let factor = hessian.llt(Side::Lower).map_err(|_| FitError::Singular { algorithm: NAME, parameter: "reg" })?;
        factor.solve_in_place(faer::ColMut::from_slice_mut(&mut gradient));
        Ok(gradient)
    }

    /// Newton's method; steps are halved while the loss would rise.
    fn solve(&self, iterations: usize) -> Result<Vec<f64>, FitError> {
        let mut beta = vec![0.0; self.width];
        let mut loss = self.loss(&beta);
        for _ in 0..iterations {
            let step = self.step(&beta)?;
            let along =
                |share: f64| beta.iter().zip(&step).map(|(value, step)| value + share * step).collect::<Vec<_>>();
            let shares = std::iter::successors(Some(1.0), |share| Some(share * 0.5)).take(HALVINGS);
            let lower = shares.map(along).map(|beta| (self.loss(&beta), beta)).find(|(new, _)| *new <= loss);
            let Some((new, next)) = lower else { break };
            (loss, beta) = (new, next);
            if step.iter().all(|step| step.abs() <= TOLERANCE) {
                break;
            }
        }
        Ok(beta)
    }
}

/// Trains on the examples.
///
/// # Errors
/// Labels that are all equal, unsolvable equations, or a feature that varies too little.
pub fn fit(examples: &Examples, parameters: &Parameters) -> Result<Logistic, LogisticError> {
    let labels = examples.labels();
    let positives = labels.iter().filter(|label| **label).count();
    if positives == 0 || positives == labels.len() {
        return Err(LogisticError::OneLabel { examples: labels.len(), label: u8::from(positives > 0) });
    }
    let names = examples.matrix().schema().names();
    affordable(NAME, names.len(), 2)?;
    let scales = scales(examples);
    let design = design(examples, &scales);
    let problem = Problem { design: &design, labels, width: names.len() + 1, reg: parameters.real("reg") };
    let beta = problem.solve(parameters.whole("iterations"))?;
    let logits = problem.logits(&beta);
    let count = labels.len() as f64;
    let rate = positives as f64 / count;
    let mut intercept = beta.first().copied().unwrap_or_default();
    let mut weights = BTreeMap::new();
    let mut defaults = BTreeMap::new();
    for ((name, beta), (mean, deviation)) in names.iter().zip(beta.iter().skip(1)).zip(&scales) {
        let weight = if *deviation > 0.0 { beta / deviation } else { 0.0 };
        intercept -= weight * mean;
        weights.insert(name.clone(), weight);
        defaults.insert(name.clone(), *mean);
    }
    Ok(Logistic {
        model: LinearModel::new(intercept, weights, defaults)?,
        log_loss: problem.log_loss(&logits) / count,
        base_log_loss: -(rate * rate.ln() + (1.0 - rate) * (1.0 - rate).ln()),
        logits,
    })
}

/// Artefact of a model; its golden rows are examples with their training logits.
#[must_use]
pub fn artefact(examples: &Examples, parameters: &Parameters, fitted: Logistic) -> Artefact {
    let rows = examples.matrix().rows();
    let chosen = rows.min(GOLDEN_ROWS);
    let golden = (0..chosen).map(|number| {
        let row = number * rows / chosen.max(1);
        let values = examples.matrix().row(row).iter().map(|value| (!value.is_nan()).then_some(*value)).collect();
        Golden::Row { values, scores: fitted.logits.get(row).copied().map(Score::Number).into_iter().collect() }
    });
    let golden = golden.collect();
    let content = Content::Linear(fitted.model);
    let manifest = Manifest {
        format: FORMAT,
        kind: content.kind(),
        algorithm: NAME.to_owned(),
        parameters: parameters.iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        power: 0.0,
        golden,
    };
    Artefact { manifest, content }
}

#[cfg(test)]
mod tests;
