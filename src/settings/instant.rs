//! A point in time in text form: RFC 3339, or Unix milliseconds.

use std::{fmt, str::FromStr};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub i64);

/// The text is neither of the two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be RFC 3339, such as 2026-11-20T12:00:00Z, or Unix milliseconds")]
pub struct NotAnInstant;

impl FromStr for UnixMillis {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        if let Ok(millis) = text.parse() {
            return Ok(Self(millis));
        }
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_millisecond())).map_err(|_| NotAnInstant)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => at.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_the_same_instant() {
        assert_eq!("2026-11-20T12:00:00Z".parse(), Ok(UnixMillis(1_795_176_000_000)));
        assert_eq!("2026-11-20T14:00:00+02:00".parse(), Ok(UnixMillis(1_795_176_000_000)));
        assert_eq!("1795176000000".parse(), Ok(UnixMillis(1_795_176_000_000)));
        assert_eq!("tomorrow".parse::<UnixMillis>(), Err(NotAnInstant));
        assert_eq!(UnixMillis(1_795_176_000_000).to_string(), "2026-11-20T12:00:00Z");
    }
}
