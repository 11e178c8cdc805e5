//! The components of a slot in a feed.

use live_pack_engine::{Definition, high, named};
use live_pack_entities::{
    converters::{ButtonConverter, FcpComponentConverter, FcpComponents, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, StockFilter,
    },
    loaders::{
        AuctionSellerLoader, BidderStateLoader, FlashSaleLoader, ImageLoader, InTheRoom, ProductModelLoader,
        ProductPriceLoader, PromotionDisplayInfoLoader, TextLoader,
    },
    page::FcpPage,
    providers::{
        AuctionListProvider, BagItems, CreatorProvider, FcpSlotProvider, FlashWindowProvider, PopCardProvider,
        ProductListProvider, ProductStatusProvider, RoomInfoProvider, VoucherProvider,
    },
    scene::BagScene,
    sorters::{FcpPrioritySorter, HostOrderSorter, ProductIdSorter, TopProductsSorter},
};

/// `FcpComponentEngine`: the trade chain is not called, so VIEW is the only button of a card.
#[must_use]
pub fn fcp_component_engine() -> Definition<BagScene, FcpComponents> {
    Definition::new("FcpComponentEngine")
        .strong(FcpSlotProvider)
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
        .filter(StockFilter::Hide)
        .sorter(FcpPrioritySorter)
        .sorter(TopProductsSorter)
        .sorter(HostOrderSorter)
        .sorter(ProductIdSorter)
        .cut(FcpPage)
        .strong(ProductModelLoader)
        .strong(ProductPriceLoader)
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(high(BidderStateLoader(InTheRoom)))
        .task(named("SellerLoader", AuctionSellerLoader).low())
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_pin())
        .strong(FcpComponentConverter)
        .answer::<FcpComponents>()
}
