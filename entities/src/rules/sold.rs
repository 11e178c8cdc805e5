//! Whether the number of units sold is shown.

use live_pack_dal::config::SoldTextRules;

/// The number to show, if any: only from the configured threshold, and never "0 sold". Input `None`: not available.
#[must_use]
pub fn told(sold_count: Option<i64>, rules: &SoldTextRules) -> Option<i64> {
    sold_count.filter(|sold| *sold > 0 && *sold >= rules.from)
}

#[cfg(test)]
mod tests {
    use super::{SoldTextRules, told};

    const CASES: &[(&str, Option<i64>, i64, Option<i64>)] = &[
        ("nobody bought", Some(0), 10, None),
        ("one below", Some(9), 10, None),
        ("exactly the number", Some(10), 10, Some(10)),
        ("above", Some(9_999), 10, Some(9_999)),
        ("unavailable", None, 10, None),
        ("zero is not shown even from zero", Some(0), 0, None),
        ("from one", Some(1), 1, Some(1)),
        ("a count below zero is not a count", Some(-5), -10, None),
        ("another setting", Some(99), 100, None),
        ("the largest", Some(i64::MAX), 10, Some(i64::MAX)),
    ];

    #[test]
    fn units_sold_are_shown_from_the_configured_number() {
        for (name, sold, from, expected) in CASES {
            assert_eq!(told(*sold, &SoldTextRules { from: *from }), *expected, "{name}");
        }
    }

    #[test]
    fn by_default_they_are_shown_from_ten() {
        assert_eq!(told(Some(9), &SoldTextRules::default()), None);
        assert_eq!(told(Some(10), &SoldTextRules::default()), Some(10));
    }
}
