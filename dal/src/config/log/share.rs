//! Shares of requests, exact to a millionth.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::super::check::Check;

/// Number of parts of the whole: millionths.
const PARTS: u32 = 1_000_000;

/// Bits of a random number that a share is compared with: the random part of a trace id (W3C Trace Context, level 2).
const BITS: u32 = 56;

/// A share of requests, exact to a millionth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// All requests.
    pub const ALL: Self = Self(PARTS);
    /// No requests.
    pub const NONE: Self = Self(0);

    /// The share of this many millionths; more than one million count as one million.
    #[must_use]
    pub fn of_millionths(millionths: u32) -> Self {
        Self(millionths.min(PARTS))
    }

    /// The share in millionths: 0 to 1,000,000.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// Whether a request is in the share, by the lowest 56 bits of a random number, such as those of its trace id. A
    /// request of a smaller share is in every larger one too.
    #[must_use]
    pub const fn takes(self, random: u64) -> bool {
        // the quotient is rounded down, so the threshold is at most 2⁵⁶
        let threshold = (PARTS - self.0) as u64 * ((1 << BITS) / PARTS as u64);
        self.0 > 0 && random & ((1 << BITS) - 1) >= threshold
    }

    /// Whether the request with this number is in the share. The numbers in a share are spread evenly.
    #[must_use]
    pub const fn takes_number(self, number: u32) -> bool {
        // Fibonacci hashing: 2⁶⁴ ÷ golden ratio
        self.takes((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - BITS))
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0.into(), 6).normalize())
    }
}

/// Reads a share from a file. Decimal arithmetic, because a float cannot hold millionths exactly.
pub(super) fn share(at: &str, raw: &serde_json::Number, check: &mut Check<'_>) -> Share {
    let text = raw.to_string();
    let exact = Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok();
    // an overflow is as wrong as any other number above 1
    let millionths = exact.and_then(|share| share.checked_mul(PARTS.into())).filter(|parts| parts.fract().is_zero());
    match millionths.and_then(|parts| parts.to_u32()).filter(|parts| *parts <= PARTS) {
        Some(millionths) => Share::of_millionths(millionths),
        None => {
            check.fail(at, "must be 0 to 1 with at most six decimals", raw);
            Share::NONE
        }
    }
}

/// A share as a file holds it.
pub(super) fn number(share: Share) -> serde_json::Number {
    let exact = f64::from(share.0) / f64::from(PARTS);
    serde_json::Number::from_f64(exact).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_takes_that_many_random_numbers() {
        let step = (1u64 << BITS) / 1_000;
        for (millionths, expected) in [(0, 0), (1_000, 1), (10_000, 10), (500_000, 500), (1_000_000, 1_000)] {
            let share = Share::of_millionths(millionths);
            let taken = (0..1_000).filter(|part| share.takes(part * step + step / 2)).count();
            assert_eq!(taken, expected, "{share:?}");
        }
        assert_eq!((Share::of_millionths(0), Share::of_millionths(1_000_000)), (Share::NONE, Share::ALL));
        assert!(Share::ALL.takes(0) && !Share::NONE.takes(u64::MAX));
    }

    #[test]
    fn a_share_takes_that_many_consecutive_numbers() {
        for (millionths, expected) in
            [(0, 0..=0), (1_000, 95..=105), (250_000, 24_990..=25_010), (1_000_000, 100_000..=100_000)]
        {
            let share = Share::of_millionths(millionths);
            let taken = (7_000..107_000).filter(|number| share.takes_number(*number)).count();
            assert!(expected.contains(&taken), "{share:?}: {taken}");
        }
    }
}
