//! Objectives: transform raw scores into predictions, like LightGBM's `ConvertOutput`.

/// Transformation of the raw scores of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Objective {
    /// Raw score, as for ranking and most regressions.
    Identity,
    /// sign(x)·x², for regression on square roots.
    Square,
    /// e^x, for Poisson, gamma and Tweedie.
    Exponential,
    /// 1/(1 + e^−sx) for each output.
    Sigmoid(f64),
    /// Softmax over the outputs.
    Softmax,
    /// ln(1 + e^x).
    LogOnePlusExponential,
}

impl Objective {
    /// Parses the objective line of the model file: `binary sigmoid:1`, `multiclass num_class:3`, `regression sqrt` …
    ///
    /// # Errors
    /// The unknown name or value.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or("none");
        let rest: Vec<_> = words.collect();
        let sigmoid = || {
            let text = rest.iter().find_map(|word| word.strip_prefix("sigmoid:")).unwrap_or("1");
            text.parse().map(Self::Sigmoid).map_err(|_| format!("sigmoid:{text}"))
        };
        match name {
            _ if rest.contains(&"sqrt") => Ok(Self::Square),
            "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape" | "lambdarank" | "rank_xendcg"
            | "custom" | "none" => Ok(Self::Identity),
            "poisson" | "gamma" | "tweedie" => Ok(Self::Exponential),
            "binary" | "multiclassova" => sigmoid(),
            "cross_entropy" => Ok(Self::Sigmoid(1.0)),
            "cross_entropy_lambda" => Ok(Self::LogOnePlusExponential),
            "multiclass" => Ok(Self::Softmax),
            other => Err(other.to_owned()),
        }
    }

    /// Transforms the raw scores of one row in place.
    pub fn transform(self, row: &mut [f64]) {
        match self {
            Self::Identity => {}
            Self::Square => row.iter_mut().for_each(|x| *x = x.signum() * *x * *x),
            Self::Exponential => row.iter_mut().for_each(|x| *x = x.exp()),
            Self::Sigmoid(s) => row.iter_mut().for_each(|x| *x = 1.0 / (1.0 + (-s * *x).exp())),
            Self::LogOnePlusExponential => row.iter_mut().for_each(|x| *x = x.exp().ln_1p()),
            Self::Softmax => softmax(row),
        }
    }
}

fn softmax(row: &mut [f64]) {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for x in &mut *row {
        *x = (*x - largest).exp();
        sum += *x;
    }
    row.iter_mut().for_each(|x| *x /= sum);
}
