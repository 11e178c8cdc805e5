//! Feature schema, matrix, declared crosses, defaults, and the binding of a model's features to the columns of a matrix.

pub mod cross;
pub mod defaults;
pub mod matrix;

use std::sync::Arc;

pub use cross::{Cross, Operation};
pub use defaults::Defaults;
pub use matrix::Matrix;

/// Distinct feature names in column order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema(Arc<[String]>);

/// Faults of a schema or its use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Names that are empty or duplicated.
    #[error("feature names must be distinct and not empty, found {}", quoted(names))]
    Names {
        /// The offending names.
        names: Vec<String>,
    },
    /// Features that are not in the schema.
    #[error("unknown features: {}", missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unknown {
        /// All unknown features.
        missing: Vec<UnknownFeature>,
    },
}

/// A feature that is not in the schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}", nearest.as_ref().map(|name| format!(" (did you mean {name}?)")).unwrap_or_default())]
pub struct UnknownFeature {
    /// Name as used.
    pub name: String,
    /// Nearest known name, if one is close enough.
    pub nearest: Option<String>,
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

impl Schema {
    /// Creates a schema of the names in this order.
    ///
    /// # Errors
    /// All names that are empty or duplicated.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, SchemaError> {
        let names: Arc<[String]> = names.into_iter().map(Into::into).collect();
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort_unstable();
        let twice = sorted.iter().zip(sorted.iter().skip(1)).filter(|(one, other)| one == other).map(|(one, _)| *one);
        let mut faults: Vec<String> = twice.chain(names.iter().filter(|name| name.is_empty())).cloned().collect();
        faults.dedup();
        if faults.is_empty() { Ok(Self(names)) } else { Err(SchemaError::Names { names: faults }) }
    }

    /// Names in column order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Column of a name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }

    /// Columns of a model's features, in the model's order.
    ///
    /// # Errors
    /// All features that are not in the schema, each with the nearest name.
    pub fn bind<'a>(&self, features: impl IntoIterator<Item = &'a str>) -> Result<Binding, SchemaError> {
        let mut missing = Vec::new();
        let mut columns = Vec::new();
        for name in features {
            match self.position(name) {
                Some(column) => columns.push(column),
                None => missing.push(UnknownFeature { name: name.to_owned(), nearest: self.nearest(name) }),
            }
        }
        let binding = Binding { columns, width: self.len() };
        if missing.is_empty() { Ok(binding) } else { Err(SchemaError::Unknown { missing }) }
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let near = self.0.iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
        near.min().filter(|(distance, known)| *distance <= 2.max(known.len() / 3)).map(|(_, known)| known.clone())
    }
}

/// Columns of a model's features in the matrices of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    columns: Vec<usize>,
    width: usize,
}

impl Binding {
    /// Columns in the order of the model's features, each below the width of the schema.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Number of columns of the schema.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_reports_all_empty_and_duplicate_names() {
        let error = Schema::new(["a", "", "b", "a", "b", "a"]).unwrap_err().to_string();
        assert_eq!(error, r#"feature names must be distinct and not empty, found "a", "b", """#);
    }

    #[test]
    fn a_binding_follows_the_models_order_and_names_all_unknown_features() {
        let schema = Schema::new(["price", "age", "sales"]).unwrap();
        let binding = schema.bind(["sales", "price"]).unwrap();
        assert_eq!((binding.columns(), binding.width()), (&[2, 0][..], 3));
        let error = schema.bind(["prise", "sales", "unheard_of"]).unwrap_err().to_string();
        assert_eq!(error, "unknown features: prise (did you mean price?); unheard_of");
    }
}
