//! Conversions from wire to domain types.

use pilota::FastStr;
use rust_decimal::Decimal;

use crate::model::Region;

/// A field with an invalid value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed {0}")]
pub(crate) struct Malformed(pub(crate) &'static str);

/// An amount: a plain decimal number, not negative.
pub(crate) fn amount(text: &str, field: &'static str) -> Result<Decimal, Malformed> {
    match Decimal::from_str_exact(text) {
        Ok(amount) if !amount.is_sign_negative() || amount.is_zero() => Ok(amount),
        _ => Err(Malformed(field)),
    }
}

/// An optional amount.
pub(crate) fn optional_amount(text: Option<&FastStr>, field: &'static str) -> Result<Option<Decimal>, Malformed> {
    text.map(|text| amount(text, field)).transpose()
}

/// All regions of a list, or an error: a shortened list would have another meaning.
pub(crate) fn regions(texts: &[FastStr], field: &'static str) -> Result<Vec<Region>, Malformed> {
    texts.iter().map(|text| text.parse().map_err(|_| Malformed(field))).collect()
}

/// A number whose negative values mean "not limited".
pub(crate) fn limited(number: i32) -> Option<i32> {
    (number >= 0).then_some(number)
}

/// A rating: 0 to 5; any other value becomes 0.
pub(crate) fn rating(number: f64) -> f64 {
    if (0.0..=5.0).contains(&number) { number } else { 0.0 }
}

/// A count: never below 0.
pub(crate) fn count(number: i64) -> i64 {
    number.max(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_amount_is_a_plain_number_that_is_not_negative() {
        for (text, read) in [("0", true), ("12.50", true), ("-0", true), ("-1", false), ("", false), ("1e3", false)] {
            assert_eq!(amount(text, "x").is_ok(), read, "{text:?}");
        }
        for text in ["NaN", "1,5", " 1", "99999999999999999999999999999999"] {
            assert_eq!(amount(text, "price"), Err(Malformed("price")), "{text:?}");
        }
        assert_eq!(optional_amount(None, "x"), Ok(None));
    }

    #[test]
    fn one_malformed_region_invalidates_the_list() {
        let texts = [FastStr::from_static_str("US"), FastStr::from_static_str("gb")];
        assert_eq!(regions(&texts, "r").unwrap(), ["US".parse().unwrap(), "GB".parse().unwrap()]);
        assert_eq!(regions(&["USA".into()], "r"), Err(Malformed("r")));
    }

    #[test]
    fn an_invalid_rating_reads_as_not_rated() {
        for (wire, read) in [(4.5, 4.5), (f64::NAN, 0.0), (-1.0, 0.0), (5.5, 0.0)] {
            assert!((rating(wire) - read).abs() < f64::EPSILON, "{wire}");
        }
    }
}
