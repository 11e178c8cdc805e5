//! Atmosphere facts: notable properties of a product, in order of importance.

use live_pack_dal::config::Atmosphere;
use smallvec::SmallVec;

use super::stock::{self, StockState};

/// An atmosphere fact; the order is the order of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AtmosphereFact {
    /// Many were sold.
    BestSeller,
    /// Not cheaper in the last 30 days.
    Lowest30d,
    /// Few are left.
    LowStock,
    /// On sale for a few days only.
    New,
}

/// The data behind the facts; missing data give no facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtmosphereInput {
    /// Units sold so far.
    pub sold_count: Option<i64>,
    /// [`super::price::EffectivePrice::lowest_in_30_days`].
    pub lowest_in_30_days: bool,
    /// Units left.
    pub stock: Option<i32>,
    /// Start of its first sale, Unix milliseconds; 0: unknown.
    pub listed_ms: i64,
}

/// The facts that hold: units sold ≥ threshold, lowest in 30 days (if enabled), 0 < stock ≤ threshold, days on sale <
/// threshold.
#[must_use]
pub fn facts(input: &AtmosphereInput, rules: &Atmosphere, now_ms: i64) -> SmallVec<[AtmosphereFact; 4]> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let age_ms = now_ms.saturating_sub(input.listed_ms);
    let is_new = input.listed_ms > 0 && (0..rules.new_for_days.saturating_mul(DAY_MS)).contains(&age_ms);
    [
        (AtmosphereFact::BestSeller, input.sold_count.is_some_and(|sold| sold >= rules.best_seller_from)),
        (AtmosphereFact::Lowest30d, rules.lowest_30d && input.lowest_in_30_days),
        (AtmosphereFact::LowStock, stock::state(input.stock, rules) == StockState::LowStock),
        (AtmosphereFact::New, is_new),
    ]
    .into_iter()
    .filter_map(|(fact, holds)| holds.then_some(fact))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{Atmosphere, AtmosphereFact as F, AtmosphereInput, facts};

    const DAY: i64 = 86_400_000;
    const NOW: i64 = 1_000 * DAY;

    const PLAIN: AtmosphereInput =
        AtmosphereInput { sold_count: Some(0), lowest_in_30_days: false, stock: Some(100), listed_ms: NOW - 100 * DAY };

    const CASES: &[(&str, AtmosphereInput, &[F])] = &[
        ("nothing remarkable", PLAIN, &[]),
        ("one short of a best seller", AtmosphereInput { sold_count: Some(999), ..PLAIN }, &[]),
        ("exactly a best seller", AtmosphereInput { sold_count: Some(1_000), ..PLAIN }, &[F::BestSeller]),
        ("sold count unavailable", AtmosphereInput { sold_count: None, ..PLAIN }, &[]),
        ("lowest in 30 days", AtmosphereInput { lowest_in_30_days: true, ..PLAIN }, &[F::Lowest30d]),
        ("eleven left", AtmosphereInput { stock: Some(11), ..PLAIN }, &[]),
        ("exactly ten left", AtmosphereInput { stock: Some(10), ..PLAIN }, &[F::LowStock]),
        ("one left", AtmosphereInput { stock: Some(1), ..PLAIN }, &[F::LowStock]),
        ("none left is not few", AtmosphereInput { stock: Some(0), ..PLAIN }, &[]),
        ("stock unavailable", AtmosphereInput { stock: None, ..PLAIN }, &[]),
        ("listed this instant", AtmosphereInput { listed_ms: NOW, ..PLAIN }, &[F::New]),
        ("a moment less than seven days", AtmosphereInput { listed_ms: NOW - 7 * DAY + 1, ..PLAIN }, &[F::New]),
        ("exactly seven days", AtmosphereInput { listed_ms: NOW - 7 * DAY, ..PLAIN }, &[]),
        ("listed in the future", AtmosphereInput { listed_ms: NOW + 1, ..PLAIN }, &[]),
        ("listing not known", AtmosphereInput { listed_ms: 0, ..PLAIN }, &[]),
        (
            "all in order",
            AtmosphereInput { sold_count: Some(5_000), lowest_in_30_days: true, stock: Some(3), listed_ms: NOW - DAY },
            &[F::BestSeller, F::Lowest30d, F::LowStock, F::New],
        ),
    ];

    #[test]
    fn facts_hold_from_their_thresholds_and_keep_their_order() {
        for (name, input, expected) in CASES {
            assert_eq!(facts(input, &Atmosphere::default(), NOW).as_slice(), *expected, "{name}");
        }
    }

    #[test]
    fn lowest_in_30_days_is_shown_only_if_configured() {
        let rules = Atmosphere { lowest_30d: false, ..Atmosphere::default() };
        let input = AtmosphereInput { lowest_in_30_days: true, ..PLAIN };
        assert!(facts(&input, &rules, NOW).is_empty());
    }

    #[test]
    fn nothing_is_new_with_a_threshold_of_zero_days() {
        let rules = Atmosphere { new_for_days: 0, ..Atmosphere::default() };
        assert!(facts(&AtmosphereInput { listed_ms: NOW, ..PLAIN }, &rules, NOW).is_empty());
    }

    #[test]
    fn every_fact_has_a_case() {
        for fact in [F::BestSeller, F::Lowest30d, F::LowStock, F::New] {
            assert!(CASES.iter().any(|case| case.2 == [fact]), "{fact:?}");
        }
    }
}
