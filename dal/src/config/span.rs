//! Durations as files write them: a whole number and a unit.

use std::{borrow::Cow, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The text of a duration, not yet checked: "300ms", "2s", "5m", "24h", "7d".
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Span(String);

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Span {
    /// The text of `duration`, in the largest unit that divides it.
    pub(super) fn of(duration: Duration) -> Self {
        let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let unit = UNITS.iter().rev().find(|(_, size)| ms > 0 && ms.is_multiple_of(*size));
        let (unit, size) = unit.copied().unwrap_or(("ms", 1));
        Self(format!("{}{unit}", ms / size))
    }

    pub(super) fn of_ms(ms: i64) -> Self {
        Self::of(Duration::from_millis(u64::try_from(ms).unwrap_or_default()))
    }

    /// `None`: not a whole number with a unit, or more than 64 bits of milliseconds.
    pub(super) fn parse(&self) -> Option<Duration> {
        let end = self.0.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, unit) = self.0.split_at(end);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*size).map(Duration::from_millis)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$",
            "description": "A whole number and a unit: ms, s, m, h or d.", "examples": ["300ms", "2s", "5m"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_whole_number_and_a_unit() {
        let parse = |text: &str| Span(text.into()).parse();
        for (text, ms) in
            [("300ms", 300), ("0ms", 0), ("2s", 2_000), ("5m", 300_000), ("24h", 86_400_000), ("1d", 86_400_000)]
        {
            assert_eq!(parse(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "300", "ms", "-1s", "1.5s", "1 s", "1S", "99999999999999999999s", "99999999999999999d"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_is_written_in_its_largest_unit() {
        for text in ["300ms", "2s", "5m", "3h", "7d", "0ms", "1500ms"] {
            assert_eq!(Span::of(Span(text.into()).parse().unwrap_or_default()).0, text);
        }
    }
}
