//! The order of the prizes of a surprise set.

use std::cmp::Reverse;

use live_pack_dal::{Decimal, model::SurprisePrize};

/// The position of a prize: rarest first, then the most valuable (one without a value last), then the lower id. The
/// rarest has the fewest units at the start; ordering by units left would move the list under the viewer's finger with every
/// sale.
#[must_use]
pub const fn order(prize: &SurprisePrize) -> (i32, Reverse<Option<Decimal>>, i64) {
    (prize.units, Reverse(prize.value), prize.product_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixtures::{dec, prize};

    #[test]
    fn the_first_prize_comes_before_the_second() {
        let of = |product_id, units, units_left, value: Option<&str>| SurprisePrize {
            product_id,
            units,
            value: value.map(dec),
            ..prize(units_left)
        };
        for (name, first, second) in [
            ("rarest", of(9, 1, 1, None), of(1, 2, 2, Some("9"))),
            ("whatever is left", of(9, 10, 10, None), of(1, 500, 1, None)),
            ("though none is left", of(9, 1, 0, None), of(1, 2, 2, None)),
            ("then dearest", of(9, 5, 5, Some("10")), of(1, 5, 5, Some("9.99"))),
            ("one without a value after them", of(9, 5, 5, Some("0")), of(1, 5, 5, None)),
            ("then the lower id", of(1, 5, 5, Some("9.0")), of(2, 5, 5, Some("9"))),
        ] {
            assert!(order(&first) < order(&second), "{name}");
        }
    }
}
