//! Shares, exact to a hundredth of a percent.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::check::Check;

/// A share, exact to a hundredth of a percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

impl Percent {
    /// All viewers.
    pub const ALL: Self = Self(10_000);
    /// No viewers.
    pub const NONE: Self = Self(0);

    /// `None` above 100 %.
    #[must_use]
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// 0 to 10,000, for comparison with a bucket.
    #[must_use]
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// 0.0 to 100.0.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.as_f64())
    }
}

/// A percentage in a file. Read as a decimal: a float has no exact hundredths.
pub(super) fn percent(at: String, raw: &serde_json::Number, check: &mut Check<'_>) -> Percent {
    let exact = Decimal::from_str(&raw.to_string()).ok().map(|percent| percent * Decimal::ONE_HUNDRED);
    let hundredths = exact.filter(|hundredths| hundredths.fract().is_zero()).and_then(|hundredths| hundredths.to_u16());
    hundredths.and_then(Percent::from_hundredths).unwrap_or_else(|| {
        check.fail(at, "must be 0 to 100 with at most two decimals", raw);
        Percent::NONE
    })
}

/// A percentage as a file writes it: a whole number without a fraction.
pub(super) fn number(percent: f64) -> serde_json::Number {
    let exact = Decimal::from_f64_retain(percent).filter(|percent| percent.fract().is_zero());
    let whole = exact.and_then(|percent| percent.to_u16()).map(Into::into);
    whole.or_else(|| serde_json::Number::from_f64(percent)).unwrap_or_else(|| 0.into())
}
