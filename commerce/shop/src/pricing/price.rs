//! Prices of a quote: lines, discounts, shipping, tax.

use std::collections::BTreeMap;

use live_pack_shop_store::catalog::OfferRow;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::allocate::allocate;
use crate::{answer::DeliveryView, money::Currency};

/// A priced quote, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// One order per seller, by seller id.
    pub orders: Vec<PricedOrder>,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Sum of the orders.
    pub total: i64,
    /// Delivery address.
    pub address: DeliveryView,
    /// Whether the items came from the cart, from which the order then removes them.
    pub from_cart: bool,
}

/// The part of one seller. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedOrder {
    /// Seller.
    pub seller_id: i64,
    /// Lines, by SKU.
    pub lines: Vec<PricedLine>,
    /// Sum of the lines.
    pub subtotal: i64,
    /// Discounts.
    pub discount: i64,
    /// Shipping.
    pub shipping: i64,
    /// Tax.
    pub tax: i64,
    /// subtotal − discount + shipping + tax.
    pub total: i64,
}

/// A line. Amounts are in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// The line; the order keeps its id.
    pub line_id: i64,
    /// Product.
    pub product_id: i64,
    /// SKU.
    pub sku_id: i64,
    /// Units.
    pub quantity: i64,
    /// Price of a unit.
    pub unit_price: i64,
    /// Share of the order's discount.
    pub discount: i64,
    /// Tax, rounded half up.
    pub tax: i64,
    /// quantity × unit price.
    pub total: i64,
    /// Maximum units of the product that the buyer may hold.
    pub limit: Option<i64>,
}

/// An item with its offer.
#[derive(Debug, Clone)]
pub struct Item {
    /// Offer of the SKU.
    pub offer: OfferRow,
    /// Units.
    pub quantity: i64,
    /// Id for the line.
    pub line_id: i64,
}

/// An amount does not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amounts are too large")]
pub struct TooLarge;

/// Tax of a net amount at a rate in hundredths of a percent, rounded half up.
fn tax(net: i64, basis_points: i64) -> Result<i64, TooLarge> {
    let exact = Decimal::from(net).checked_mul(Decimal::new(basis_points, 4)).ok_or(TooLarge)?;
    exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().ok_or(TooLarge)
}

/// Prices the items per seller. `discounts` has the discount of each seller's order, at most its subtotal; `rates` has the
/// tax rates of the address by tax class; a class without a rate is exempt.
///
/// # Errors
/// If an amount overflows.
pub fn price(
    items: Vec<Item>,
    discounts: &BTreeMap<i64, i64>,
    rates: &BTreeMap<i64, i64>,
) -> Result<Vec<PricedOrder>, TooLarge> {
    let mut by_seller: BTreeMap<i64, Vec<Item>> = BTreeMap::new();
    for item in items {
        by_seller.entry(item.offer.seller_id).or_default().push(item);
    }
    let discount = |seller: &i64| discounts.get(seller).copied().unwrap_or(0);
    by_seller.into_iter().map(|(seller, items)| order(seller, &items, discount(&seller), rates)).collect()
}

fn order(seller_id: i64, items: &[Item], discount: i64, rates: &BTreeMap<i64, i64>) -> Result<PricedOrder, TooLarge> {
    let totals: Vec<i64> = items
        .iter()
        .map(|item| item.offer.price.checked_mul(item.quantity).ok_or(TooLarge))
        .collect::<Result<_, _>>()?;
    let subtotal = sum(&totals)?;
    let shares = allocate(discount, &totals);
    let mut lines = Vec::with_capacity(items.len());
    for ((item, total), discount) in items.iter().zip(totals).zip(shares) {
        let rate = rates.get(&item.offer.tax_class).copied().unwrap_or(0);
        lines.push(PricedLine {
            line_id: item.line_id,
            product_id: item.offer.product_id,
            sku_id: item.offer.sku_id,
            quantity: item.quantity,
            unit_price: item.offer.price,
            discount,
            tax: tax(total - discount, rate)?,
            total,
            limit: item.offer.buyer_limit,
        });
    }
    let goods = subtotal - discount;
    let free = |from: i64| goods >= from;
    let shipping = items
        .first()
        .map_or(0, |item| if item.offer.free_shipping_from.is_some_and(free) { 0 } else { item.offer.shipping_fee });
    let tax = sum(&lines.iter().map(|line| line.tax).collect::<Vec<_>>())?;
    let total = sum(&[goods, shipping, tax])?;
    Ok(PricedOrder { seller_id, lines, subtotal, discount, shipping, tax, total })
}

/// Overflow-checked sum.
pub(crate) fn sum(amounts: &[i64]) -> Result<i64, TooLarge> {
    amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or(TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(seller_id: i64, sku_id: i64, price: i64, quantity: i64) -> Item {
        Item {
            offer: OfferRow {
                sku_id,
                product_id: sku_id / 1_000,
                seller_id,
                price,
                currency: "USD".to_owned(),
                sale_regions: "*".to_owned(),
                buyer_limit: None,
                tax_class: 1,
                shipping_fee: 499,
                free_shipping_from: Some(5_000),
            },
            quantity,
            line_id: sku_id,
        }
    }

    #[test]
    fn each_seller_has_an_order_whose_total_adds_up() {
        let items = vec![item(2, 2_001, 333, 1), item(1, 1_001, 1_999, 2), item(1, 1_002, 1, 3)];
        let orders = price(items, &BTreeMap::from([(1, 100)]), &BTreeMap::from([(1, 825)])).unwrap();
        assert_eq!(orders.iter().map(|order| order.seller_id).collect::<Vec<_>>(), [1, 2]);
        let first = &orders[0];
        assert_eq!((first.subtotal, first.discount, first.shipping), (4_001, 100, 499));
        // 3998 − 100 = 3898 → 321.585; 3 → 0.2475
        assert_eq!(first.lines.iter().map(|line| (line.discount, line.tax)).collect::<Vec<_>>(), [(100, 322), (0, 0)]);
        assert_eq!(first.total, 4_001 - 100 + 499 + 322);
    }

    #[test]
    fn shipping_is_free_from_the_threshold() {
        for (price_minor, shipping) in [(4_999, 499), (5_000, 0), (5_001, 0)] {
            let orders = price(vec![item(1, 1, price_minor, 1)], &BTreeMap::new(), &BTreeMap::new()).unwrap();
            assert_eq!(orders[0].shipping, shipping, "{price_minor}");
        }
    }

    #[test]
    fn tax_is_rounded_half_up_per_line() {
        for (net, rate, expected) in
            [(100, 825, 8), (200, 825, 17), (2, 2_500, 1), (1, 4_999, 0), (1, 5_000, 1), (0, 825, 0)]
        {
            assert_eq!(tax(net, rate), Ok(expected), "{net} at {rate}");
        }
    }

    #[test]
    fn an_amount_that_does_not_fit_is_an_error() {
        let items = vec![item(1, 1, i64::MAX / 2, 3)];
        assert_eq!(price(items, &BTreeMap::new(), &BTreeMap::new()), Err(TooLarge));
    }
}
