//! The tabs of the bag, counted over the same filtered bag as its pages.

use live_pack_engine::{Definition, high};
use live_pack_entities::{
    converters::{BagTabs, TabConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, StockFilter,
    },
    providers::{
        AuctionListProvider, BagItems, CreatorProvider, FlashWindowProvider, PopCardProvider, ProductListProvider,
        ProductStatusProvider, RoomInfoProvider, VoucherProvider,
    },
    scene::BagScene,
};

/// `LiveBagTabEngine`.
#[must_use]
pub fn live_bag_tab_engine() -> Definition<BagScene, BagTabs> {
    Definition::new("LiveBagTabEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(ProductListProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .task(PopCardProvider)
        .task(VoucherProvider::Always)
        .task(AuctionListProvider)
        .items(BagItems)
        .filter(RoomStatusFilter)
        .filter(DedupFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .filter(StockFilter::AsConfigured)
        .strong(TabConverter)
        .answer::<BagTabs>()
}
