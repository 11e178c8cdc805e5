//! The algorithms: one table of names, parameters and training functions.

pub mod bpr;
pub mod cosine;
pub mod ease;
pub mod ials;
pub mod popularity;
pub mod rp3beta;
pub mod swing;

use serde_json::{Map, Value};

use crate::{
    fitted::{Factors, Fitted},
    parameters::{Parameter, ParameterFault, Parameters, nearest},
    training::Training,
};

/// Memory limit of dense matrices in one training run: 4 GiB.
const MOST_BYTES: u64 = 4 << 30;

/// Failure of a training run.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// The dense items × items matrices exceed the limit.
    #[error(
        "{algorithm}: {items} items need {} MiB of dense matrices, the limit is {} MiB; \
         take fewer items, or item-cosine or ials, which need none",
        needed >> 20,
        MOST_BYTES >> 20
    )]
    TooLarge {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// Number of items in the log.
        items: usize,
        /// Bytes needed.
        needed: u64,
    },
    /// A system of equations cannot be solved in f64.
    #[error("{algorithm}: the equations cannot be solved in f64; take a larger {parameter}")]
    Singular {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// Parameter that regularises them.
        parameter: &'static str,
    },
    /// Training diverged.
    #[error("{algorithm}: training diverged to values that are not finite; take a smaller {parameter}")]
    Diverged {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// Parameter that makes it converge.
        parameter: &'static str,
    },
}

/// Failure to choose an algorithm and its parameters.
#[derive(Debug, thiserror::Error)]
pub enum AlgorithmError {
    /// No algorithm of this name.
    #[error("{name}: no such algorithm{} (known: {})", nearest.map(|name| format!(", did you mean {name}?")).unwrap_or_default(), known.join(", "))]
    Unknown {
        /// Name as given.
        name: String,
        /// All names.
        known: Vec<&'static str>,
        /// The nearest name, if one is close enough.
        nearest: Option<&'static str>,
    },
    /// The parameters are not a JSON object.
    #[error("the parameters of {algorithm} must be a JSON object")]
    NoObject {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// The syntax error, if the text is not JSON.
        #[source]
        source: Option<serde_json::Error>,
    },
    /// Unknown parameters, or values out of range.
    #[error("the parameters of {algorithm} are invalid:{}", faults.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
    Parameters {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// All faults.
        faults: Vec<ParameterFault>,
    },
}

type Fit = fn(&Training, &Parameters) -> Result<Fitted, FitError>;

/// One entry of the table of algorithms.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    parameters: &'static [Parameter],
    fit: Fit,
}

static ALGORITHMS: [Entry; 8] = [
    Entry { name: "popularity", parameters: &[], fit: popularity::fit },
    Entry { name: "ease", parameters: ease::PARAMETERS, fit: ease::fit },
    Entry { name: "item-cosine", parameters: cosine::PARAMETERS, fit: cosine::fit_items },
    Entry { name: "user-cosine", parameters: cosine::PARAMETERS, fit: cosine::fit_users },
    Entry { name: "rp3beta", parameters: rp3beta::PARAMETERS, fit: rp3beta::fit },
    Entry { name: "ials", parameters: ials::PARAMETERS, fit: ials::fit },
    Entry { name: "swing", parameters: swing::PARAMETERS, fit: swing::fit },
    Entry { name: "bpr", parameters: bpr::PARAMETERS, fit: bpr::fit },
];

/// A chosen algorithm with checked parameters.
#[derive(Debug)]
pub struct Algorithm {
    entry: &'static Entry,
    parameters: Parameters,
}

impl Algorithm {
    /// Names of all algorithms.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ALGORITHMS.iter().map(|entry| entry.name)
    }

    /// Selects an algorithm by name and checks its parameters, given as a JSON object; an empty text means `{}`.
    ///
    /// # Errors
    /// An unknown name, with the nearest one; all faults of the parameters at once.
    pub fn choose(name: &str, parameters: &str) -> Result<Self, AlgorithmError> {
        let Some(entry) = ALGORITHMS.iter().find(|entry| entry.name == name) else {
            let nearest = nearest(name, Self::names());
            return Err(AlgorithmError::Unknown {
                name: name.to_owned(),
                known: Self::names().collect(),
                nearest: Self::names().find(|known| Some(*known) == nearest),
            });
        };
        Ok(Self { entry, parameters: read_parameters(entry.name, parameters, entry.parameters)? })
    }

    /// Name of the algorithm.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.entry.name
    }

    /// Checked parameters, including defaults.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Trains on the interactions.
    ///
    /// # Errors
    /// A log that is too large for the algorithm, unsolvable equations, or divergence.
    pub fn fit(&self, training: &Training) -> Result<Fitted, FitError> {
        (self.entry.fit)(training, &self.parameters)
    }
}

/// Reads the parameters of an algorithm from a JSON object; an empty text means `{}`.
///
/// # Errors
/// A text that is not a JSON object; all faults of the object at once.
pub fn read_parameters(algorithm: &'static str, text: &str, table: &[Parameter]) -> Result<Parameters, AlgorithmError> {
    let object = if text.trim().is_empty() {
        Map::new()
    } else {
        let value = serde_json::from_str(text)
            .map_err(|source| AlgorithmError::NoObject { algorithm, source: Some(source) })?;
        let Value::Object(object) = value else {
            return Err(AlgorithmError::NoObject { algorithm, source: None });
        };
        object
    };
    Parameters::check(&object, table).map_err(|faults| AlgorithmError::Parameters { algorithm, faults })
}

/// Refuses a training run whose `matrices` dense items × items matrices exceed the limit.
pub(crate) fn affordable(algorithm: &'static str, items: usize, matrices: u64) -> Result<(), FitError> {
    let needed = (items as u64).saturating_mul(items as u64).saturating_mul(8 * matrices);
    if needed > MOST_BYTES { Err(FitError::TooLarge { algorithm, items, needed }) } else { Ok(()) }
}

/// Refuses factors that contain NaN or infinity.
fn converged(
    algorithm: &'static str,
    parameter: &'static str,
    users: Factors,
    items: Factors,
) -> Result<Fitted, FitError> {
    if users.values.iter().chain(&items.values).all(|value| value.is_finite()) {
        Ok(Fitted::Factors { users, items })
    } else {
        Err(FitError::Diverged { algorithm, parameter })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str, parameters: &str) -> String {
        Algorithm::choose(name, parameters).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_algorithm_lists_the_known_ones_and_the_nearest() {
        assert_eq!(
            message("itemcosine", ""),
            "itemcosine: no such algorithm, did you mean item-cosine? (known: popularity, ease, item-cosine, user-cosine, rp3beta, ials, swing, bpr)"
        );
    }

    #[test]
    fn parameters_report_all_faults() {
        assert_eq!(message("ease", "[1]"), "the parameters of ease must be a JSON object");
        assert_eq!(message("ease", "{"), "the parameters of ease must be a JSON object");
        let text = message("ials", r#"{"dim":0,"regg":1,"sweeps":1.5}"#);
        assert!(text.starts_with("the parameters of ials are invalid:\n"), "{text}");
        assert!(message("popularity", r#"{"k":1}"#).contains("it takes none"));
    }

    #[test]
    fn a_catalogue_too_large_for_dense_algebra_is_refused_with_the_memory_it_needs() {
        let error = affordable("ease", 100_000, 3).unwrap_err().to_string();
        assert!(
            error.starts_with("ease: 100000 items need 228881 MiB of dense matrices, the limit is 4096 MiB"),
            "{error}"
        );
        affordable("ease", 10_000, 3).unwrap();
    }
}
