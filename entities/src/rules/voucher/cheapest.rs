//! The product that determines the order of a room's vouchers: the cheapest one.

use live_pack_dal::{
    Decimal,
    model::{ProductPrice, Voucher},
};

use super::{PricedProduct, value};

/// The cheapest of these products by the retail price of its cheapest SKU, the lower id on a tie; `None`: none has a
/// price in that currency. Retail prices, because activities, and with them the order, could change every minute.
pub fn cheapest<'a>(
    prices: impl IntoIterator<Item = (i64, &'a ProductPrice)>,
    currency: &str,
) -> Option<(i64, Decimal)> {
    let priced = prices.into_iter().filter(|(_, price)| price.currency == currency);
    let lowest = priced.filter_map(|(id, price)| Some((id, price.skus.iter().map(|sku| sku.retail).min()?)));
    lowest.min_by_key(|(id, price)| (*price, *id))
}

/// The reduction by a voucher for the list's product; `None`: it is for other products, or does not apply at that
/// price. The product's seller is not looked up: a seller's voucher is assumed to be for its seller's products.
#[must_use]
pub fn value_on(voucher: &Voucher, product: &PricedProduct<'_>) -> Option<Decimal> {
    let of_list = voucher.product_ids.is_empty() || voucher.product_ids.contains(&product.product_id);
    of_list.then(|| value(voucher, product)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixtures::{dec, sku_price, voucher};

    fn price(currency: &'static str, retail: &[&str]) -> ProductPrice {
        let skus = (1..).zip(retail).map(|(id, retail)| sku_price(id, retail)).collect();
        ProductPrice { currency: currency.into(), skus }
    }

    #[test]
    fn the_cheapest_has_the_cheapest_sku() {
        let usd = |retail: &[&str]| price("USD", retail);
        for (name, prices, expected) in [
            ("none", vec![], None),
            ("the only one", vec![(7, usd(&["9"]))], Some((7, "9"))),
            ("by its cheapest SKU", vec![(7, usd(&["9"])), (8, usd(&["20", "8.99"]))], Some((8, "8.99"))),
            ("the lower id on a tie", vec![(8, usd(&["9"])), (7, usd(&["9.00"]))], Some((7, "9"))),
            ("another currency is no price", vec![(7, price("JPY", &["1"])), (8, usd(&["9"]))], Some((8, "9"))),
            ("without SKUs there is no price", vec![(7, usd(&[])), (8, usd(&["9"]))], Some((8, "9"))),
            ("only without a price", vec![(7, usd(&[]))], None),
        ] {
            let found = cheapest(prices.iter().map(|(id, price)| (*id, price)), "USD");
            assert_eq!(found, expected.map(|(id, price)| (id, dec(price))), "{name}");
        }
    }

    #[test]
    fn a_voucher_applies_to_its_products() {
        let product = PricedProduct { product_id: 5, seller_id: 0, price: dec("20"), currency: "USD", decimals: 2 };
        for (name, voucher, expected) in [
            ("for anything", voucher(1), Some("5")),
            ("for this product", Voucher { product_ids: vec![4, 5], ..voucher(1) }, Some("5")),
            ("for others", Voucher { product_ids: vec![4], ..voucher(1) }, None),
            ("of a seller", Voucher { seller_id: 7, ..voucher(1) }, Some("5")),
            ("from a higher price", Voucher { min_spend: dec("21"), ..voucher(1) }, None),
        ] {
            assert_eq!(value_on(&voucher, &product), expected.map(dec), "{name}");
        }
    }
}
