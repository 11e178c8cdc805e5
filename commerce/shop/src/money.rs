//! Amounts of money: minor units and a currency internally, a string with the currency's decimals in the API.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency of the shop with its number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(&'static (&'static str, u32));

/// ISO 4217 codes and decimals.
static CURRENCIES: [(&str, u32); 12] = [
    ("BRL", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("IDR", 0),
    ("JPY", 0),
    ("MXN", 2),
    ("MYR", 2),
    ("PHP", 2),
    ("SGD", 2),
    ("THB", 2),
    ("USD", 2),
    ("VND", 0),
];

/// Maximum number of digits before the decimal point.
const LONGEST: usize = 15;

impl Currency {
    /// The currency with an ISO 4217 code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        CURRENCIES.iter().find(|(known, _)| *known == code).map(Self)
    }

    /// All currencies, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().map(Self)
    }

    /// ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0.0
    }

    /// Number of decimals.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        self.0.1
    }

    /// An amount of minor units in this currency.
    #[must_use]
    pub const fn minor(self, minor: i64) -> Money {
        Money { minor, currency: self }
    }

    /// Parses a string such as `12.34`. The error is the rule that it breaks.
    ///
    /// # Errors
    /// If the string is not a plain decimal number of this currency.
    pub fn parse(self, text: &str) -> Result<Money, &'static str> {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !fraction.is_none_or(digits) {
            return Err("a decimal number without sign, such as \"12.34\"");
        }
        if whole.len() > LONGEST {
            return Err("at most 15 digits before the point");
        }
        let fraction = fraction.unwrap_or_default();
        let decimals = usize::try_from(self.decimals()).unwrap_or_default();
        if fraction.len() > decimals {
            return Err("at most as many decimals as the currency has");
        }
        format!("{whole}{fraction:0<decimals$}").parse().map(|minor| self.minor(minor)).map_err(|_| "a smaller amount")
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::of(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown currency {code}")))
    }
}

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units, such as cents.
    pub minor: i64,
    /// Currency.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        match self.currency.decimals() {
            0 => write!(f, "{sign}{minor}"),
            decimals => {
                let unit = 10_u64.pow(decimals);
                let width = usize::try_from(decimals).unwrap_or_default();
                write!(f, "{sign}{}.{:0width$}", minor / unit, minor % unit)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(code: &str, text: &str) -> Option<i64> {
        Currency::of(code).unwrap().parse(text).ok().map(|money| money.minor)
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (code, text, minor) in [
            ("USD", "12.34", Some(1_234)),
            ("USD", "12.3", Some(1_230)),
            ("USD", "12", Some(1_200)),
            ("USD", "0.01", Some(1)),
            ("USD", "0012.00", Some(1_200)),
            ("USD", "12.345", None),
            ("USD", "12.", None),
            ("USD", ".5", None),
            ("USD", "-1", None),
            ("USD", "+1", None),
            ("USD", "1e3", None),
            ("USD", "1,000", None),
            ("USD", " 1", None),
            ("USD", "", None),
            ("USD", "١", None),
            ("USD", "999999999999999.99", Some(99_999_999_999_999_999)),
            ("USD", "1000000000000000", None),
            ("JPY", "1980", Some(1_980)),
            ("JPY", "1980.0", None),
        ] {
            assert_eq!(parsed(code, text), minor, "{text} {code}");
        }
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        let usd = Currency::of("USD").unwrap();
        for (minor, text) in [(0, "0.00"), (1, "0.01"), (1_234, "12.34"), (-5, "-0.05")] {
            assert_eq!(usd.minor(minor).to_string(), text);
        }
        assert_eq!(Currency::of("VND").unwrap().minor(129_000).to_string(), "129000");
    }
}
