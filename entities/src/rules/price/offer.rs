//! The offer for an SKU: the running activity that sets its price.

use std::cmp::Reverse;

use live_pack_dal::{
    Decimal,
    model::{Activity, ActivityKind, SkuPrice},
};
use smallvec::SmallVec;

use super::{PriceFacts, PriceSource};

/// The price of an SKU, and its source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    pub(super) sale: Decimal,
    pub(super) source: PriceSource,
    pub(super) activity_id: Option<i64>,
}

/// The activities that apply now. Few products have more than a handful.
pub(super) fn running<'a>(
    facts: PriceFacts<'a>,
    live_stock: impl Fn(i64) -> Option<i32>,
) -> SmallVec<[&'a Activity; 8]> {
    let activities = facts.promotions.map_or(&[][..], |promotions| &promotions.activities);
    activities
        .iter()
        .filter(|activity| activity.start_ms <= facts.now_ms && facts.now_ms < activity.end_ms)
        .filter(|activity| live_stock(activity.activity_id).or(activity.stock_left).is_none_or(|left| left > 0))
        .collect()
}

/// The offer of the activity that applies to an SKU, or else its retail price. An activity above the retail price changes
/// nothing, and does not make a lower level apply: the level is decided before the price.
pub(super) fn offer(sku: &SkuPrice, running: &[&Activity]) -> Offer {
    let price_of =
        |activity: &Activity| activity.prices.iter().filter(|(id, _)| *id == sku.sku_id).map(|(_, p)| *p).min();
    running
        .iter()
        .filter_map(|activity| Some((*activity, price_of(activity)?)))
        .min_by_key(|(activity, price)| (Reverse(level(activity.kind)), *price, activity.activity_id))
        .filter(|(_, price)| *price <= sku.retail)
        .map_or(Offer { sale: sku.retail, source: PriceSource::Original, activity_id: None }, |(activity, price)| {
            Offer { sale: price, source: activity.kind.into(), activity_id: Some(activity.activity_id) }
        })
}

/// The level of an activity; the highest level sets the price, regardless of the prices of lower levels.
pub(in crate::rules) const fn level(kind: ActivityKind) -> u8 {
    match kind {
        ActivityKind::ProductDiscount => 1,
        ActivityKind::FlashSale => 2,
        ActivityKind::Campaign => 3,
        ActivityKind::LiveFlashSale | ActivityKind::CreatorLiveFlashSale => 4,
    }
}
