//! The price on a card: the activity that applies to each SKU, the range over the SKUs, and valid struck-through
//! prices.

use live_pack_dal::{
    Decimal,
    model::{ActivityKind, ProductPrice, ProductPromotions, Sku, SkuPrice},
};
use rust_decimal::{RoundingStrategy, prelude::ToPrimitive};

use offer::{Offer, offer, running};

mod offer;
#[cfg(test)]
mod tests;

pub(super) use offer::level;

/// The form of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceType {
    /// One price, nothing struck through.
    Fixed,
    /// `sale_min < sale_max`.
    Range,
    /// One price below its reference.
    Discount,
}

/// The source of the lowest price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceSource {
    /// No activity: the retail price.
    Original,
    /// A seller's discount.
    ProductDiscount,
    /// A seller's flash deal.
    FlashSale,
    /// A campaign of the platform.
    Campaign,
    /// A flash sale of this broadcast.
    LiveFlashSale,
    /// A flash sale of this creator's broadcast.
    CreatorLiveFlashSale,
}

impl From<ActivityKind> for PriceSource {
    fn from(kind: ActivityKind) -> Self {
        match kind {
            ActivityKind::ProductDiscount => Self::ProductDiscount,
            ActivityKind::FlashSale => Self::FlashSale,
            ActivityKind::Campaign => Self::Campaign,
            ActivityKind::LiveFlashSale => Self::LiveFlashSale,
            ActivityKind::CreatorLiveFlashSale => Self::CreatorLiveFlashSale,
        }
    }
}

/// The facts behind the price of a product.
#[derive(Debug, Clone, Copy)]
pub struct PriceFacts<'a> {
    /// Retail and reference prices, one per SKU.
    pub price: &'a ProductPrice,
    /// Stock by SKU. If empty, no SKU is known and all count as in stock; otherwise an absent SKU is out of stock.
    pub skus: &'a [Sku],
    /// The activities; `None`: not available, and the retail price applies.
    pub promotions: Option<&'a ProductPromotions>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// The price of a product with the precision of its sources; [`EffectivePrice::rounded`] rounds it to a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectivePrice {
    /// The lowest price over the SKUs that count.
    pub sale_min: Decimal,
    /// The highest price over these SKUs.
    pub sale_max: Decimal,
    /// Struck through next to `sale_min`: the valid reference of [`Self::sku_id`], above `sale_min`. A range has both
    /// references or none, because a single amount next to two may be between them.
    pub origin_min: Option<Decimal>,
    /// Struck through next to `sale_max`: the highest reference, above `sale_max`. Equal to `origin_min` if there is one
    /// price.
    pub origin_max: Option<Decimal>,
    /// Whole percent off `origin_min`, 1 to 100; 0: hidden.
    pub discount_percent: i32,
    /// Its form.
    pub price_type: PriceType,
    /// The source of `sale_min`.
    pub source: PriceSource,
    /// The activity that set `sale_min`; `None` with [`PriceSource::Original`].
    pub activity_id: Option<i64>,
    /// The SKU of `sale_min`; of several, the first in the price service's order.
    pub sku_id: i64,
    /// Whether `sale_min` is not above that SKU's lowest price of the last 30 days.
    pub lowest_in_30_days: bool,
}

/// The price of a product; `None` if it has no SKU with a price.
///
/// Of the activities running on an SKU (start ≤ now < end, stock left) the highest level applies (creator live flash
/// sale = live flash sale > campaign > seller flash deal > product discount), and within that level the lowest price, never
/// above the retail price. The price of the product is the lowest over the SKUs in stock, or over all SKUs if all are out.
///
/// `live_stock` is the live counter of an activity; if it has a value, that value replaces the activity's own stock.
pub fn effective_price(facts: PriceFacts<'_>, live_stock: impl Fn(i64) -> Option<i32>) -> Option<EffectivePrice> {
    let running = running(facts, live_stock);
    let priced = &facts.price.skus;
    let all_out = !priced.iter().any(|sku| in_stock(facts.skus, sku.sku_id));

    let mut lowest: Option<(&SkuPrice, Offer)> = None;
    let mut sale_max = Decimal::MIN;
    let mut origin_max = None;
    for sku in priced.iter().filter(|sku| all_out || in_stock(facts.skus, sku.sku_id)) {
        let offer = offer(sku, &running);
        sale_max = sale_max.max(offer.sale);
        origin_max = origin_max.max(sku.reference.filter(|reference| *reference > offer.sale));
        if lowest.is_none_or(|(_, best)| offer.sale < best.sale) {
            lowest = Some((sku, offer));
        }
    }

    let (sku, offer) = lowest?;
    let unsettled = EffectivePrice {
        sale_min: offer.sale,
        sale_max,
        origin_min: sku.reference,
        origin_max,
        discount_percent: 0,
        price_type: PriceType::Fixed,
        source: offer.source,
        activity_id: offer.activity_id,
        sku_id: sku.sku_id,
        lowest_in_30_days: sku.lowest_30d.is_some_and(|lowest| offer.sale <= lowest),
    };
    Some(unsettled.settled())
}

/// Whether [`effective_price`] finds a price, regardless of stock and activities.
#[must_use]
pub fn is_priced(price: &ProductPrice) -> bool {
    !price.skus.is_empty()
}

impl EffectivePrice {
    /// The price rounded half up to the currency's number of decimals. Type, strike-through and percent are computed again
    /// from the rounded amounts, so that they are consistent: 10.2 to 10.4 without decimals is not a range.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Self {
        let round = |amount: Decimal| amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        Self {
            sale_min: round(self.sale_min),
            sale_max: round(self.sale_max),
            origin_min: self.origin_min.map(round),
            origin_max: self.origin_max.map(round),
            ..self
        }
        .settled()
    }

    /// Drops invalid references, and derives type and percent from the amounts.
    fn settled(self) -> Self {
        let is_range = self.sale_min < self.sale_max;
        let below = self.origin_min.filter(|origin| *origin > self.sale_min);
        let above = if is_range { self.origin_max.filter(|origin| *origin > self.sale_max) } else { below };
        let (origin_min, origin_max) = below.zip(above).unzip();
        let price_type = match origin_min {
            _ if is_range => PriceType::Range,
            Some(_) => PriceType::Discount,
            None => PriceType::Fixed,
        };
        let discount_percent = origin_min.map_or(0, |origin| discount_percent(origin, self.sale_min));
        Self { origin_min, origin_max, price_type, discount_percent, ..self }
    }
}

/// floor((reference − sale) / reference × 100), 0 to 100. 0 means hidden: below one percent, no reduction, or amounts
/// too large to be prices.
#[must_use]
pub fn discount_percent(reference: Decimal, sale: Decimal) -> i32 {
    if reference <= sale || reference <= Decimal::ZERO {
        return 0;
    }
    let percent = || {
        // multiplied before dividing: a third off 30 is 33.33…, which × 100 / 100 could fall short of a whole percent
        let hundredfold = reference.checked_sub(sale)?.checked_mul(Decimal::ONE_HUNDRED)?;
        hundredfold.checked_div(reference)?.floor().to_i32()
    };
    percent().unwrap_or(0).clamp(0, 100)
}

/// Whether an SKU is known to be in stock. If no SKU is known, none is, and so all count.
fn in_stock(skus: &[Sku], sku_id: i64) -> bool {
    skus.iter().any(|sku| sku.sku_id == sku_id && sku.stock > 0)
}
