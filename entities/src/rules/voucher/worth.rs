//! The worth of a voucher for a product at its price, and the applicable vouchers.

use std::cmp::Reverse;

use live_pack_dal::{
    Decimal,
    model::{Region, Voucher, VoucherFunder, VoucherKind},
};
use rust_decimal::RoundingStrategy;

use super::{VoucherState, applies_to};

/// A product with its price, as input of the voucher rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedProduct<'a> {
    /// The product.
    pub product_id: i64,
    /// User id of the seller.
    pub seller_id: i64,
    /// The effective price: a voucher comes on top of a product discount.
    pub price: Decimal,
    /// ISO 4217.
    pub currency: &'a str,
    /// Decimals of the currency: a percentage is rounded down to them.
    pub decimals: u32,
}

/// A voucher that applies to a product, and its reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth<'a> {
    /// The voucher.
    pub voucher: &'a Voucher,
    /// Its reduction; 0 for free shipping.
    pub value: Decimal,
}

/// The vouchers that apply to a product: at most one per funder; those of both funders add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BestVouchers<'a> {
    /// The best voucher paid by the seller.
    pub seller: Option<Worth<'a>>,
    /// The best voucher paid by the platform.
    pub platform: Option<Worth<'a>>,
}

/// The reduction of a price by a voucher, never more than the price. `None`: it does not apply, because the price is below its
/// minimum spend, the currency differs, or it has no reduction.
#[must_use]
pub fn value(voucher: &Voucher, product: &PricedProduct<'_>) -> Option<Decimal> {
    if product.price < voucher.min_spend || voucher.currency != product.currency {
        return None;
    }
    let off = match voucher.kind {
        VoucherKind::FreeShipping => return Some(Decimal::ZERO),
        VoucherKind::AmountOff => voucher.reduction?,
        VoucherKind::PercentOff => {
            let percent = voucher.percent.filter(|percent| (1..=100).contains(percent))?;
            let off = product.price.checked_mul(Decimal::new(percent.into(), 2))?;
            off.round_dp_with_strategy(product.decimals, RoundingStrategy::ToZero)
        }
    };
    Some(voucher.max_discount.map_or(off, |most| off.min(most)).min(product.price).max(Decimal::ZERO))
}

/// The best spendable voucher of each funder for a product: greatest worth, then the earliest end, then the lower id.
/// One of worth 0 (free shipping) applies if nothing else does.
pub fn best<'a>(
    vouchers: impl IntoIterator<Item = (&'a Voucher, VoucherState)>,
    product: &PricedProduct<'_>,
    viewer: Region,
) -> BestVouchers<'a> {
    let mut best = BestVouchers::default();
    for (voucher, state) in vouchers {
        if !state.is_spendable() || !applies_to(voucher, product.product_id, product.seller_id, viewer) {
            continue;
        }
        let Some(value) = value(voucher, product) else { continue };
        let place = match voucher.funder {
            VoucherFunder::Seller => &mut best.seller,
            VoucherFunder::Platform => &mut best.platform,
        };
        let key = |worth: &Worth<'_>| (Reverse(worth.value), worth.voucher.claim_end_ms, worth.voucher.voucher_id);
        let found = Worth { voucher, value };
        if place.as_ref().is_none_or(|standing| key(&found) < key(standing)) {
            *place = Some(found);
        }
    }
    best
}
