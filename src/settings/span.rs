//! A duration in the settings: a whole number with a unit.

use std::{fmt, str::FromStr, time::Duration};

/// A duration parsed from text such as `200ms`, `10s`, `10m` or `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// The text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number with a unit: 200ms, 10s, 10m, 1h")]
pub struct NotASpan;

/// Units from the longest, each with its milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).ok_or(NotASpan)?;
        let number: u64 = number.parse().map_err(|_| NotASpan)?;
        let (_, millis) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or(NotASpan)?;
        number.checked_mul(millis).map(|millis| Self(Duration::from_millis(millis))).ok_or(NotASpan)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let fits = |unit: &u64| millis > 0 && millis.is_multiple_of(*unit);
        let (name, unit) = UNITS.into_iter().find(|(_, unit)| fits(unit)).unwrap_or(("ms", 1));
        write!(f, "{}{name}", millis / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_as_it_was_written() {
        for text in ["200ms", "10s", "10m", "1h", "0ms", "1500ms"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("60s".parse::<Span>(), "1m".parse());
    }

    #[test]
    fn numbers_without_a_unit_and_units_without_a_number_are_refused() {
        for text in ["", "10", "s", "1.5s", "-1s", "10 s", "10d", "99999999999999999999s", "18446744073709551615h"] {
            assert_eq!(text.parse::<Span>(), Err(NotASpan), "{text}");
        }
    }
}
