//! The steps from a bag to an ordered list, as pure functions whose results are remembered.
//!
//! Engines over one bag for viewers of the same class share every step with the same inputs: the lines of the bag, the
//! verdicts of each filter, the keys of each sorter, and the order that results from them. Engines with different filters
//! or sorters differ only in the last step.

use std::{ops::Range, sync::Arc};

use ahash::AHashSet;
use live_pack_dal::{
    Lookup, Same,
    config::{Conf, StockPolicy},
    memory::{Made, MemoryName, Pure},
    model::{Bag, FlashWindow, ProductLite, Region, Voucher},
};
use live_pack_engine::{Fold, Rejections, SortKey};

use crate::{
    item::BagItem,
    rules::{
        flash_sale::{self, FlashState},
        order::{flash_key, pinned_key, stock_key, top_key},
        stock::{PlaceFacts, StockPlace, place},
        visibility::{self, Rejection},
        voucher,
    },
};

/// At every instant.
const ALWAYS: Range<i64> = i64::MIN..i64::MAX;

/// The lines of a bag, by everything they depend on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct BagLines {
    pub(crate) bag: Same<Bag>,
    pub(crate) statuses: Same<Vec<Lookup<ProductLite>>>,
    /// `None`: not available.
    pub(crate) windows: Option<Same<Vec<Lookup<Vec<FlashWindow>>>>>,
    /// The pinned product.
    pub(crate) pinned: Option<i64>,
    pub(crate) region: Region,
    pub(crate) conf: Same<Conf>,
}

impl Pure for BagLines {
    type Output = Arc<Vec<BagItem>>;
    const MEMORY: MemoryName = MemoryName::Folds;

    fn compute(&self, now_ms: i64) -> Made<Self::Output> {
        let rules = &self.conf.flash_sale;
        let windows = self.windows.as_ref().map_or(&[][..], |windows| windows.as_slice());
        let lines = self.bag.entries.iter().enumerate().map(|(index, entry)| {
            let windows = windows.get(index).and_then(Lookup::found).map_or(&[][..], Vec::as_slice);
            BagItem {
                is_pinned: self.pinned == Some(entry.product_id),
                lite: self.statuses.get(index).and_then(Lookup::found).map(|lite| (lite, self.region).into()),
                sale: flash_sale::current(windows.iter().copied(), rules, now_ms),
                ..BagItem::of(entry)
            }
        });
        let lines: Vec<BagItem> = lines.collect();
        let all = windows.iter().filter_map(Lookup::found).flatten();
        let valid = flash_sale::unchanging(all, rules, now_ms);
        Made { valid, bytes: size_of_val(lines.as_slice()), value: Arc::new(lines) }
    }
}

/// A rule about the lines of a bag, with everything else that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rule {
    /// Rejects every line of a product but the first.
    Duplicate,
    /// Rejects products removed by the platform.
    Banned,
    /// Rejects products that are not on sale.
    Offline,
    /// Rejects products that are not sold in the viewer's region.
    Region,
    /// Rejects products for adults.
    ForAdults,
    /// Rejects products that need a newer client than this version.
    AppVersion(i32),
    /// Rejects sold-out products that the policy hides.
    Stock { policy: StockPolicy, sold_out_sink: bool },
}

impl Rule {
    /// The rejections among the lines of a bag.
    pub(crate) fn rejections(self, items: &[BagItem]) -> Rejections {
        let mut rejections = Rejections::default();
        let mut seen = AHashSet::with_capacity(if self == Self::Duplicate { items.len() } else { 0 });
        for (index, item) in items.iter().enumerate() {
            let reason = match self {
                Self::Duplicate => (!seen.insert(item.product_id)).then_some("duplicate"),
                _ => self.rejection(item).map(Rejection::code),
            };
            if let Some(reason) = reason {
                rejections.push(index, reason);
            }
        }
        rejections
    }

    /// The rejection of one line; [`Self::Duplicate`] needs them all.
    pub(crate) fn rejection(self, item: &BagItem) -> Option<Rejection> {
        let lite = item.lite;
        match self {
            Self::Duplicate => None,
            Self::Banned => lite.and_then(|lite| visibility::banned(lite.status)),
            Self::Offline => lite.and_then(|lite| visibility::offline(lite.status)),
            Self::Region => lite.is_some_and(|lite| !lite.sold_here).then_some(Rejection::Region),
            Self::ForAdults => lite.and_then(|lite| visibility::for_adults(lite.age_class)),
            Self::AppVersion(version) => lite.and_then(|lite| visibility::app_version(version, lite.min_app_version)),
            Self::Stock { policy, sold_out_sink } => {
                let facts = PlaceFacts { sold_out: item.is_sold_out(), pinned: item.is_pinned, policy, sold_out_sink };
                (place(facts) == StockPlace::Hide).then_some(Rejection::SoldOut)
            }
        }
    }
}

/// The verdicts of a rule on the lines of a bag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Verdicts {
    pub(crate) items: Same<Vec<BagItem>>,
    pub(crate) rule: Rule,
}

impl Pure for Verdicts {
    type Output = Arc<Rejections>;
    const MEMORY: MemoryName = MemoryName::Folds;
    const PART: usize = 1;

    fn compute(&self, _now_ms: i64) -> Made<Self::Output> {
        let rejections = self.rule.rejections(&self.items);
        Made { valid: ALWAYS, bytes: rejections.len() * 24, value: Arc::new(rejections) }
    }
}

/// A rule about the order of lines, with everything else that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// Pinned first, then the host's top products.
    Top,
    /// Flash sales first.
    FlashSale,
    /// Sold-out products last, by the policy.
    SoldOut(StockPolicy),
    /// By the number in the bag.
    ItemNo,
    /// By the product.
    ProductId,
}

impl Order {
    /// The key of a line.
    pub(crate) fn key(self, item: &BagItem) -> SortKey {
        match self {
            Self::Top if item.is_pinned => pinned_key(true).into(),
            Self::Top => top_key(item.top_rank).into(),
            Self::FlashSale => flash_key(item.sale.as_ref(), true).into(),
            Self::SoldOut(policy) => {
                let (sold_out, pinned) = (item.is_sold_out(), item.is_pinned);
                stock_key(place(PlaceFacts { sold_out, pinned, policy, sold_out_sink: true })).into()
            }
            Self::ItemNo => item.item_no.into(),
            Self::ProductId => item.product_id.into(),
        }
    }
}

/// The keys of an order for the lines of a bag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Keys {
    pub(crate) items: Same<Vec<BagItem>>,
    pub(crate) order: Order,
}

impl Pure for Keys {
    type Output = Arc<Vec<SortKey>>;
    const MEMORY: MemoryName = MemoryName::Folds;
    const PART: usize = 2;

    fn compute(&self, _now_ms: i64) -> Made<Self::Output> {
        let keys: Vec<SortKey> = self.items.iter().map(|item| self.order.key(item)).collect();
        Made { valid: ALWAYS, bytes: size_of_val(keys.as_slice()), value: Arc::new(keys) }
    }
}

/// The order that results from the filters and sorters that ran.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Ordered(pub(crate) Fold);

impl Pure for Ordered {
    type Output = Arc<Vec<u32>>;
    const MEMORY: MemoryName = MemoryName::Folds;
    const PART: usize = 3;

    fn compute(&self, _now_ms: i64) -> Made<Self::Output> {
        let order = self.0.order();
        Made { valid: ALWAYS, bytes: size_of_val(order.as_slice()), value: Arc::new(order) }
    }
}

/// The line counts of a bag's tabs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tally {
    pub(crate) items: Same<Vec<BagItem>>,
    pub(crate) order: Same<Vec<u32>>,
    /// The vouchers of the room, and the indices of those that one tap claims; `None`: not available.
    pub(crate) claimable: Option<(Same<Vec<Voucher>>, Vec<usize>)>,
    pub(crate) region: Region,
}

/// Numbers of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tallied {
    /// With a flash sale that is running or preheating.
    pub(crate) flash_sale: usize,
    /// Whether a flash sale is running.
    pub(crate) any_running: bool,
    /// To which a claimable voucher applies.
    pub(crate) voucher: usize,
}

impl Tallied {
    /// Counts lines. `applies` returns whether a claimable voucher applies.
    pub(crate) fn of<'a>(items: impl Iterator<Item = &'a BagItem>, applies: impl Fn(&BagItem) -> bool) -> Self {
        items.fold(Self::default(), |Self { flash_sale, any_running, voucher }, item| {
            let state = item.sale.map(|sale| sale.state);
            Self {
                flash_sale: flash_sale + usize::from(state.is_some_and(FlashState::is_running_or_preheating)),
                any_running: any_running || state == Some(FlashState::Ongoing),
                voucher: voucher + usize::from(applies(item)),
            }
        })
    }
}

impl Pure for Tally {
    type Output = Tallied;
    const MEMORY: MemoryName = MemoryName::Folds;
    const PART: usize = 4;

    fn compute(&self, _now_ms: i64) -> Made<Tallied> {
        let claimable = || {
            let known = self.claimable.iter();
            known.flat_map(|(all, claimable)| claimable.iter().filter_map(|index| all.get(*index)))
        };
        let applies = |item: &BagItem| {
            let seller = item.lite.map_or(0, |lite| lite.seller_id);
            claimable().any(|voucher| voucher::applies_to(voucher, item.product_id, seller, self.region))
        };
        let lines = self.order.iter().filter_map(|place| self.items.get(usize::try_from(*place).ok()?));
        let claimable = self.claimable.as_ref().map_or(0, |(_, claimable)| size_of_val(claimable.as_slice()));
        Made { value: Tallied::of(lines, applies), valid: ALWAYS, bytes: claimable }
    }
}

#[cfg(test)]
mod tests;
