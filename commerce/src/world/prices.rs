//! Prices of products: generated in the minor unit of the region's currency, returned as decimal strings.

use live_pack_idl::product_price::{ProductPrice, SkuPrice};
use pilota::FastStr;

use super::{
    dice::Dice,
    number::{float, whole},
    region::Region,
};

/// An amount in minor units as a decimal string with the currency's number of decimals.
pub(crate) fn text(minor: i64, region: Region) -> FastStr {
    match region.decimals() {
        0 => FastStr::from_string(minor.to_string()),
        _ => FastStr::from_string(format!("{}.{:02}", minor / 100, minor % 100)),
    }
}

/// A round amount, such as a minimum spend, in minor units.
pub(crate) fn round(amount: f64, region: Region) -> i64 {
    let step = match region {
        Region::Id | Region::Vn => 1_000,
        Region::Jp => 10,
        _ => 1,
    };
    (whole(amount) / step).max(1) * step * 10_i64.pow(region.decimals())
}

/// Rounds a random amount to a typical shop price.
fn charm(amount: f64, region: Region, dice: &mut Dice) -> i64 {
    match region {
        Region::Id | Region::Vn => {
            let thousands = whole((amount / 1_000.0).round()).clamp(5, 20_000) * 1_000;
            if dice.chance(0.5) { thousands - 100 } else { thousands }
        }
        Region::Jp => {
            let yen = whole(amount).max(100);
            match dice.range(0, 2) {
                0 => yen / 100 * 100 + 80,
                1 => yen / 100 * 100 + 90,
                _ => yen / 10 * 10,
            }
        }
        _ => {
            let whole_units = whole(amount.min(50_000.0)).max(1);
            whole_units * 100 + if dice.chance(0.7) { 99 } else { 90 }
        }
    }
}

/// The retail price of each SKU, in minor units.
pub(crate) fn retail(region: Region, skus: i64, dice: &mut Dice) -> Vec<i64> {
    let amount = dice.log_normal(region.median(), 0.8);
    let base = charm(amount, region, dice);
    let differs = skus > 1 && dice.chance(0.3);
    (0..skus)
        .map(
            |index| {
                if differs && index > 0 { charm(amount * (1.0 + 0.08 * float(index)), region, dice) } else { base }
            },
        )
        .collect()
}

/// A price after a discount, rounded down to a payable amount of the currency; never below the smallest one.
pub(crate) fn discounted(minor: i64, percent: i64, region: Region) -> i64 {
    let step = match region {
        Region::Id | Region::Vn => 100,
        _ => 1,
    };
    (minor * (100 - percent.clamp(0, 99)) / 100 / step * step).max(step)
}

/// The wire form: retail prices, the reference price of three quarters of the products, and the 30-day low.
///
/// `best_percent` is the best lasting discount of the product, 0 for none.
pub(crate) fn wire(region: Region, retail: &[(i64, i64)], best_percent: i64, dice: &mut Dice) -> ProductPrice {
    let validated = dice.chance(0.75);
    let named = validated || dice.chance(0.5);
    let above = if dice.chance(0.4) { dice.range(5, 35) } else { 0 };
    let low = match dice.range(0, 9) {
        0..=2 => Some(best_percent),
        3..=6 => Some(best_percent + dice.range(1, 8)),
        _ => None,
    };
    let skus = retail
        .iter()
        .map(|&(sku_id, minor)| SkuPrice {
            sku_id,
            retail: text(minor, region),
            reference: named.then(|| text(reference(minor, above, region), region)),
            reference_validated: validated,
            lowest_30d: low.map(|percent| text(discounted(minor, percent, region), region)),
        })
        .collect();
    ProductPrice { currency: FastStr::from_static_str(region.currency()), skus }
}

fn reference(minor: i64, above_percent: i64, region: Region) -> i64 {
    if above_percent == 0 {
        return minor;
    }
    let raised = minor * (100 + above_percent) / 100;
    match region {
        Region::Id | Region::Vn => raised / 1_000 * 1_000 + 1_000,
        Region::Jp => raised / 10 * 10 + 10,
        _ => raised / 100 * 100 + 99,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::dice::Topic;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(text(1_905, Region::Us), "19.05");
        assert_eq!(text(90, Region::De), "0.90");
        assert_eq!(text(58_900, Region::Id), "58900");
        assert_eq!(text(1_980, Region::Jp), "1980");
    }

    #[test]
    fn prices_have_typical_endings() {
        for (number, region) in (0..).zip(Region::ALL) {
            let mut dice = Dice::of(1, Topic::Product, number);
            for _ in 0..200 {
                for minor in retail(region, 3, &mut dice) {
                    let good = match region {
                        Region::Id | Region::Vn => minor % 1_000 == 0 || minor % 1_000 == 900,
                        Region::Jp => minor % 10 == 0,
                        _ => matches!(minor % 100, 99 | 90),
                    };
                    assert!(good, "{region:?} {minor}");
                }
            }
        }
    }

    #[test]
    fn round_amounts_are_round_in_their_currency() {
        assert_eq!(round(4.5, Region::Us), 400);
        assert_eq!(round(0.2, Region::De), 100);
        assert_eq!(round(14_750.0, Region::Id), 14_000);
        assert_eq!(round(495.0, Region::Jp), 490);
    }

    #[test]
    fn a_discount_never_reaches_nothing() {
        assert_eq!(discounted(1_999, 20, Region::Us), 1_599);
        assert_eq!(discounted(58_900, 33, Region::Id), 39_400);
        assert_eq!(discounted(1, 99, Region::Jp), 1);
    }
}
