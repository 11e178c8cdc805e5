//! The odds of a prize of a surprise set: units left ÷ all units left, in the mandatory format.

use std::fmt;

use live_pack_dal::model::SurprisePrize;

/// The odds of a prize, displayed with two decimals and "%": rounded half up, and "<0.01%" if that would show zero although
/// units are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Odds {
    /// Hundredths of a percent, 0 to 10 000.
    Exactly(u32),
    /// Units are left, but too few to round to 0.01%.
    BelowOneHundredth,
}

impl fmt::Display for Odds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(hundredths) => write!(f, "{}.{:02}%", hundredths / 100, hundredths % 100),
            Self::BelowOneHundredth => f.write_str("<0.01%"),
        }
    }
}

/// All units left of a set. A negative count is zero.
#[must_use]
pub fn units_left(prizes: &[SurprisePrize]) -> i64 {
    prizes.iter().map(|prize| i64::from(prize.units_left.max(0))).sum()
}

/// The odds of a prize with `left` units of `all_left`, computed in integers so that a half rounds up exactly.
#[must_use]
pub fn odds(left: i32, all_left: i64) -> Odds {
    let left = i64::from(left.max(0));
    if left == 0 {
        return Odds::Exactly(0);
    }
    // a prize belongs to its set: its units left cannot exceed those of the set
    let all_left = i128::from(all_left.max(left));
    let hundredths = (i128::from(left) * 20_000 + all_left) / (all_left * 2);
    match u32::try_from(hundredths) {
        Ok(0) => Odds::BelowOneHundredth,
        Ok(hundredths) => Odds::Exactly(hundredths),
        // unreachable: left ≤ all_left, so at most 10 000
        Err(_) => Odds::Exactly(10_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{Odds, odds, units_left};
    use crate::rules::fixtures::prize;

    const CASES: &[(&str, i32, i64, &str)] = &[
        ("the only prize", 1, 1, "100.00%"),
        ("half", 1, 2, "50.00%"),
        ("a third", 1, 3, "33.33%"),
        ("two thirds round up", 2, 3, "66.67%"),
        ("an eighth is exact", 1, 8, "12.50%"),
        ("a half of a hundredth rounds up", 1, 20_000, "0.01%"),
        ("just below a half is not zero", 1, 20_001, "<0.01%"),
        ("one and a half hundredths round up", 3, 20_000, "0.02%"),
        ("exactly a hundredth", 1, 10_000, "0.01%"),
        ("very rare", 1, 1_000_000, "<0.01%"),
        ("nothing left of this prize", 0, 100, "0.00%"),
        ("nothing left at all", 0, 0, "0.00%"),
        ("almost certain rounds up", 199_999, 200_000, "100.00%"),
        ("one in a thousand", 1, 1_000, "0.10%"),
        ("below ten percent keeps two decimals", 1, 16, "6.25%"),
        ("a count below zero", -3, 10, "0.00%"),
        ("a sum that forgot the prize", 5, 0, "100.00%"),
        ("the largest counts", i32::MAX, i64::MAX, "<0.01%"),
    ];

    #[test]
    fn odds_have_two_decimals_and_never_show_a_chance_as_zero() {
        for (name, left, all, expected) in CASES {
            assert_eq!(odds(*left, *all).to_string(), *expected, "{name}");
        }
    }

    #[test]
    fn both_forms_have_a_case() {
        let of = |case: &(&str, i32, i64, &str)| odds(case.1, case.2);
        assert!(CASES.iter().any(|case| of(case) == Odds::BelowOneHundredth));
        assert!(CASES.iter().any(|case| matches!(of(case), Odds::Exactly(_))));
    }

    #[test]
    fn all_units_left_are_those_of_all_prizes() {
        for (units, expected) in
            [(&[][..], 0), (&[5], 5), (&[1, 2, 3], 6), (&[4, -1], 4), (&[i32::MAX, i32::MAX], 4_294_967_294)]
        {
            let prizes: Vec<_> = units.iter().map(|left| prize(*left)).collect();
            assert_eq!(units_left(&prizes), expected, "{units:?}");
        }
    }
}
