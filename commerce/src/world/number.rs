//! Conversions between numbers that saturate instead of wrapping.

/// The integer part of a number, clipped to the range of `i64`.
pub(crate) fn whole(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "float to integer casts saturate, and NaN becomes 0")]
    let whole = value as i64;
    whole
}

/// An `i64` as `i32`, clipped.
pub(crate) fn narrow(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

/// A length as `i64`.
pub(crate) fn length(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// An integer as a float; exact up to 2^31, clipped beyond.
pub(crate) fn float(value: i64) -> f64 {
    f64::from(narrow(value))
}
