//! Durations as files and the command line write them: a whole number and a unit.

use std::{borrow::Cow, fmt, str::FromStr, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A duration, read from and written as a text such as `300ms`, `2s`, `5m`, `24h` or `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// The text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number with a unit: 200ms, 10s, 10m, 1h")]
pub struct NotASpan;

/// Units with their milliseconds.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let end = text.find(|letter: char| !letter.is_ascii_digit()).ok_or(NotASpan)?;
        let (number, unit) = text.split_at(end);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(NotASpan)?;
        let number: u64 = number.parse().map_err(|_| NotASpan)?;
        number.checked_mul(*size).map(|ms| Self(Duration::from_millis(ms))).ok_or(NotASpan)
    }
}

impl fmt::Display for Span {
    /// In the largest unit that divides it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let unit = UNITS.iter().rev().find(|(_, size)| ms > 0 && ms.is_multiple_of(*size));
        let (unit, size) = unit.copied().unwrap_or(("ms", 1));
        write!(f, "{}{unit}", ms / size)
    }
}

/// The text of a duration in a file, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RawSpan(String);

impl RawSpan {
    /// The text of `duration`.
    pub(super) fn of(duration: Duration) -> Self {
        Self(Span(duration).to_string())
    }

    pub(super) fn of_ms(ms: i64) -> Self {
        Self::of(Duration::from_millis(u64::try_from(ms).unwrap_or_default()))
    }

    /// `None`: not a whole number with a unit, or more than 64 bits of milliseconds.
    pub(super) fn parse(&self) -> Option<Duration> {
        self.0.parse().ok().map(|Span(duration)| duration)
    }
}

impl JsonSchema for RawSpan {
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
        for (text, ms) in
            [("300ms", 300), ("0ms", 0), ("2s", 2_000), ("5m", 300_000), ("24h", 86_400_000), ("1d", 86_400_000)]
        {
            assert_eq!(text.parse(), Ok(Span(Duration::from_millis(ms))), "{text}");
        }
        for text in [
            "",
            "300",
            "ms",
            "-1s",
            "1.5s",
            "1 s",
            "1S",
            "10w",
            "99999999999999999999s",
            "99999999999999999d",
            "18446744073709551615h",
        ] {
            assert_eq!(text.parse::<Span>(), Err(NotASpan), "{text}");
        }
    }

    #[test]
    fn a_duration_is_written_in_its_largest_unit() {
        for text in ["300ms", "2s", "5m", "3h", "7d", "0ms", "1500ms"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("60s".parse::<Span>(), "1m".parse());
    }
}
