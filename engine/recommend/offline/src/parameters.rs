//! Parameters of an algorithm: a table of names, ranges and defaults, and the validation of a JSON object against it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Largest integer that every f64 holds exactly; all parameters are f64.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// One parameter of an algorithm.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Key in the JSON object.
    pub name: &'static str,
    /// Value if the key is absent.
    pub default: f64,
    /// Minimum.
    pub least: f64,
    /// Maximum.
    pub most: f64,
    /// Whether the value must be an integer.
    pub whole: bool,
}

impl Parameter {
    /// A real number in an inclusive range.
    #[must_use]
    pub const fn real(name: &'static str, default: f64, least: f64, most: f64) -> Self {
        Self { name, default, least, most, whole: false }
    }

    /// An integer in an inclusive range.
    #[must_use]
    pub const fn whole(name: &'static str, default: f64, least: f64, most: f64) -> Self {
        Self { name, default, least, most, whole: true }
    }

    /// Seed of the random number generator.
    #[must_use]
    pub const fn seed() -> Self {
        Self::whole("seed", 0.0, 0.0, LARGEST_WHOLE)
    }

    fn read(&self, value: &Value) -> Option<f64> {
        let number = value.as_f64().filter(|number| (self.least..=self.most).contains(number))?;
        (!self.whole || number.fract().abs() < f64::EPSILON).then_some(number)
    }

    fn rule(&self) -> String {
        let kind = if self.whole { "whole number" } else { "number" };
        format!("a {kind} from {} to {}", self.least, self.most)
    }
}

/// Checked values by name, including defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(BTreeMap<&'static str, f64>);

/// One fault of a parameter object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterFault {
    /// The algorithm has no parameter of this name.
    #[error("{name}: no such parameter{}", hint(known, nearest.as_deref()))]
    Unknown {
        /// Key as given.
        name: String,
        /// Names of the algorithm's parameters.
        known: Vec<&'static str>,
        /// The nearest name, if one is close enough.
        nearest: Option<String>,
    },
    /// The value breaks the parameter's rule.
    #[error("{name}: expected {rule}, found {found}")]
    Value {
        /// Name of the parameter.
        name: &'static str,
        /// Kind and range.
        rule: String,
        /// Value as given.
        found: String,
    },
}

fn hint(known: &[&str], nearest: Option<&str>) -> String {
    let nearest = nearest.map(|name| format!(", did you mean {name}?")).unwrap_or_default();
    if known.is_empty() { "; it takes none".to_owned() } else { format!("{nearest} (known: {})", known.join(", ")) }
}

/// The known name with the smallest edit distance, if at most 2 edits or a third of its letters apart.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    near.min().filter(|(distance, known)| *distance <= 2.max(known.len() / 3)).map(|(_, known)| known)
}

impl Parameters {
    /// Checks an object against a table.
    ///
    /// # Errors
    /// All faults of the object at once.
    pub fn check(given: &Map<String, Value>, table: &[Parameter]) -> Result<Self, Vec<ParameterFault>> {
        let mut values: BTreeMap<_, _> = table.iter().map(|parameter| (parameter.name, parameter.default)).collect();
        let mut faults = Vec::new();
        for (name, value) in given {
            let Some(parameter) = table.iter().find(|parameter| parameter.name == name) else {
                let known: Vec<_> = table.iter().map(|parameter| parameter.name).collect();
                let nearest = nearest(name, known.iter().copied()).map(str::to_owned);
                faults.push(ParameterFault::Unknown { name: name.clone(), known, nearest });
                continue;
            };
            match parameter.read(value) {
                Some(number) => {
                    values.insert(parameter.name, number);
                }
                None => faults.push(ParameterFault::Value {
                    name: parameter.name,
                    rule: parameter.rule(),
                    found: value.to_string().chars().take(60).collect(),
                }),
            }
        }
        if faults.is_empty() { Ok(Self(values)) } else { Err(faults) }
    }

    /// Value of a parameter; 0 for an unknown name.
    #[must_use]
    pub fn real(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Value of an integer parameter.
    #[must_use]
    pub fn whole(&self, name: &str) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and within the table's range"
        )]
        let value = self.real(name) as usize;
        value
    }

    /// Seed of the random number generator.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.whole("seed") as u64
    }

    /// All values by name, recorded in artefacts.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.0.iter().map(|(name, value)| (*name, *value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Parameter] =
        &[Parameter::real("lambda", 2.5, 0.5, 10.0), Parameter::whole("k", 50.0, 1.0, 100.0), Parameter::seed()];

    fn check(json: &str) -> Result<Parameters, Vec<String>> {
        let object: Map<String, Value> = serde_json::from_str(json).unwrap();
        Parameters::check(&object, TABLE).map_err(|faults| {
            let mut texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
            texts.sort();
            texts
        })
    }

    #[test]
    fn values_replace_defaults() {
        let parameters = check(r#"{"k": 7.0, "seed": 9007199254740991}"#).unwrap();
        assert_eq!(parameters.iter().collect::<Vec<_>>(), [("k", 7.0), ("lambda", 2.5), ("seed", LARGEST_WHOLE)]);
        assert_eq!((parameters.whole("k"), parameters.seed()), (7, 9_007_199_254_740_991));
    }

    #[test]
    fn every_fault_is_reported_with_rule_and_value() {
        let faults = check(r#"{"lamda": 1, "k": 1.5, "lambda": 11, "seed": "x", "zzz": 1}"#).unwrap_err();
        assert_eq!(
            faults,
            [
                "k: expected a whole number from 1 to 100, found 1.5",
                "lambda: expected a number from 0.5 to 10, found 11",
                "lamda: no such parameter, did you mean lambda? (known: lambda, k, seed)",
                "seed: expected a whole number from 0 to 9007199254740991, found \"x\"",
                "zzz: no such parameter (known: lambda, k, seed)",
            ]
        );
    }

    #[test]
    fn an_algorithm_without_parameters_says_so() {
        let object = [("k".to_owned(), Value::from(1))].into_iter().collect();
        let faults = Parameters::check(&object, &[]).unwrap_err();
        assert_eq!(faults[0].to_string(), "k: no such parameter; it takes none");
    }
}
