//! Filters: reject items of the list. All judge the same list; an item stays if none rejects it.

mod age_gate_filter;
mod app_version_filter;
mod auction_version_filter;
mod banned_product_filter;
mod banner_filter;
mod dedup_filter;
mod offline_product_filter;
mod region_filter;
mod room_status_filter;
mod shop_entry_filter;
mod stock_filter;
mod tab_filter;
mod voucher_filter;

pub use age_gate_filter::AgeGateFilter;
pub use app_version_filter::AppVersionFilter;
pub use auction_version_filter::AuctionVersionFilter;
pub use banned_product_filter::BannedProductFilter;
pub use banner_filter::BannerFilter;
pub use dedup_filter::DedupFilter;
pub use offline_product_filter::OfflineProductFilter;
pub use region_filter::RegionFilter;
pub use room_status_filter::RoomStatusFilter;
pub use shop_entry_filter::ShopEntryFilter;
pub use stock_filter::StockFilter;
pub use tab_filter::TabFilter;
pub use voucher_filter::VoucherFilter;

use std::sync::Arc;

use live_pack_dal::Same;
use live_pack_engine::{Context, Rejections, Verdict};

use crate::{
    folds::{Rule, Verdicts},
    item::BagItem,
    scene::BagScene,
};

/// The verdict of a rule on a line of the bag.
fn verdict(rule: Rule, item: &BagItem) -> Verdict {
    rule.rejection(item).map_or(Verdict::Keep, |rejection| Verdict::Reject(rejection.code()))
}

/// The verdicts of a rule on the lines of a bag, remembered.
fn remembered(cx: &Context<BagScene>, items: &Arc<Vec<BagItem>>, rule: Rule) -> Option<Arc<Rejections>> {
    Some(cx.request().remembered(Verdicts { items: Same::of(items), rule }))
}
