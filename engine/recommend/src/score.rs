//! A score in a specification or a data file; `NaN`, `inf` and `-inf` are written as strings, because JSON has no numbers for them.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A score. It may be non-finite: such scores are refused, with a reason in the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score(pub f64);

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Score;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, score: f64) -> Result<Score, E> {
                Ok(Score(score))
            }

            fn visit_i64<E>(self, score: i64) -> Result<Score, E> {
                Ok(Score(score as f64))
            }

            fn visit_u64<E>(self, score: u64) -> Result<Score, E> {
                Ok(Score(score as f64))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Score, E> {
                text.parse().map(Score).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl JsonSchema for Score {
    fn schema_name() -> Cow<'static, str> {
        "Score".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "format": "score" })
    }
}
