//! JSON or YAML text as a JSON value. A duplicate key is an error; `.nan` and `.inf` of YAML become strings.

use std::{fmt, path::Path};

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Number, Value};

/// Notation of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML 1.2.
    Yaml,
}

impl Format {
    /// YAML for a name that ends in `.yaml` or `.yml`, else JSON.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => Self::Yaml,
            _ => Self::Json,
        }
    }
}

/// The error for a text that is neither valid JSON nor valid YAML.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A JSON error, with line and column.
    #[error("must be JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A YAML error, with line and column.
    #[error("must be YAML: {0}")]
    Yaml(String),
}

/// Parses a text.
///
/// # Errors
///
/// The first syntax error, or a duplicate key in one object.
pub fn parse(text: &str, format: Format) -> Result<Value, TextError> {
    let strict: Strict = match format {
        Format::Json => serde_json::from_str(text)?,
        Format::Yaml => {
            let policy = serde_saphyr::options::NonFiniteFloatPolicy::PassThrough;
            let options = serde_saphyr::options! { non_finite_float_policy: policy };
            serde_saphyr::from_str_with_options(text, options).map_err(|error| TextError::Yaml(error.to_string()))?
        }
    };
    Ok(strict.0)
}

/// A JSON value whose objects have no duplicate keys.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> de::Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(value)) = access.next_element()? {
            list.push(value);
        }
        Ok(list.into())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let Strict(value) = access.next_value()?;
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("duplicate key {key:?}")));
            }
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_give_the_same_value() {
        let json =
            parse(r#"{"nodes": [{"type": "rerank.topn", "params": {"n": 3, "on": true}}]}"#, Format::Json).unwrap();
        let yaml = parse("nodes:\n  - type: rerank.topn\n    params: {n: 3, on: true}\n", Format::Yaml).unwrap();
        assert_eq!(json, yaml);
    }

    #[test]
    fn a_duplicate_key_is_an_error() {
        let error = parse(r#"{"n": 1, "n": 2}"#, Format::Json).unwrap_err().to_string();
        assert!(error.starts_with("must be JSON: duplicate key \"n\" at line 1"), "{error}");
        assert!(parse("n: 1\nn: 2\n", Format::Yaml).is_err());
    }

    #[test]
    fn scores_that_json_cannot_write_become_strings() {
        assert_eq!(parse("[.nan, .inf, -.inf]", Format::Yaml).unwrap(), json!(["NaN", "inf", "-inf"]));
    }
}
