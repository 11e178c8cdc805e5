//! Popularity: the number of training interactions of each item.

use super::FitError;
use crate::{fitted::Fitted, parameters::Parameters, training::Training};

pub(super) fn fit(training: &Training, _: &Parameters) -> Result<Fitted, FitError> {
    Ok(Fitted::Scores(training.popularity.iter().map(|count| *count as f64).collect()))
}
