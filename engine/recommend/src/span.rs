//! Durations in a specification, written with a unit: `250us`, `5ms`, `1.5s`, `2m`, `1h`, `3d`.

use std::{borrow::Cow, str::FromStr, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Units and their length in seconds; `us` and `ms` come before `s`, because they end with it.
const UNITS: [(&str, f64); 6] = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

/// A duration of 0 to 366 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span(pub Duration);

/// The error for a text that is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a duration such as 5ms, 1.5s or 2m, at most 366d")]
pub struct SpanError;

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let (number, unit) =
            UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit))).ok_or(SpanError)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Err(SpanError);
        }
        let seconds = number.parse::<f64>().map_err(|_| SpanError)? * unit;
        if seconds > 366.0 * 86_400.0 {
            return Err(SpanError);
        }
        Duration::try_from_secs_f64(seconds).map(Self).map_err(|_| SpanError)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}us", self.0.as_micros()))
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "span", "examples": ["5ms", "1.5s"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_a_unit() {
        for (text, micros) in [("0ms", 0), ("250us", 250), ("5ms", 5_000), ("1.5s", 1_500_000), ("2m", 120_000_000)] {
            assert_eq!(text.parse::<Span>().map(|span| span.0.as_micros()), Ok(micros), "{text}");
        }
        for text in ["", "5", "ms", "-5ms", "5 ms", "1e9s", "infs", "367d", "5y"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError), "{text}");
        }
    }
}
