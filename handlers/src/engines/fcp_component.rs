//! The components of a place in a feed.

use live_pack_engine::Definition;
use live_pack_entities::{
    converters::{ButtonConverter, FcpComponentConverter, FcpComponents, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, StockFilter,
    },
    loaders::{
        BidderStateLoader, FlashSaleLoader, ImageLoader, ProductModelLoader, ProductPriceLoader,
        PromotionDisplayInfoLoader, TextLoader,
    },
    page::FcpPage,
    providers::{
        AuctionListProvider, BagItems, CreatorProvider, FcpSlotProvider, FlashWindowProvider, PopCardProvider,
        ProductListProvider, ProductStatusProvider, RoomInfoProvider, VoucherProvider,
    },
    scene::BagScene,
    sorters::{FcpPrioritySorter, HostOrderSorter, ProductIdSorter, TopProductsSorter},
};

/// `FcpComponentEngine`: nobody is asked whether the viewer may buy, so VIEW is all a card offers.
#[must_use]
pub fn fcp_component_engine() -> Definition<BagScene> {
    Definition::new("FcpComponentEngine")
        .sync(FcpSlotProvider)
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(ProductListProvider)
        .task(ProductStatusProvider)
        .task(FlashWindowProvider)
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
        .filter(StockFilter::Hide)
        .sorter(FcpPrioritySorter)
        .sorter(TopProductsSorter)
        .sorter(HostOrderSorter)
        .sorter(ProductIdSorter)
        .cut(FcpPage)
        .task(ProductModelLoader)
        .task(ProductPriceLoader)
        .task(PromotionDisplayInfoLoader)
        .task(FlashSaleLoader)
        .task(BidderStateLoader::ForTheAuctions)
        .sync(ImageLoader)
        .sync(TextLoader)
        .sync(PriceConverter)
        .sync(ButtonConverter)
        .sync(ProductConverter::for_the_pin())
        .sync(FcpComponentConverter)
        .answer::<FcpComponents>()
}
