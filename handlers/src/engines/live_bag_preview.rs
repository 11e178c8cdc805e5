//! Products in stock before entering the room: without personal data.

use live_pack_engine::{Definition, high};
use live_pack_entities::{
    converters::{ButtonConverter, PreviewCards, PreviewConverter, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, StockFilter,
    },
    loaders::{
        FlashSaleLoader, ImageLoader, ProductModelLoader, ProductPriceLoader, PromotionDisplayInfoLoader, TextLoader,
    },
    page::PreviewPage,
    providers::{
        BagItems, CreatorProvider, FlashWindowProvider, PreviewProductProvider, ProductStatusProvider, RoomInfoProvider,
    },
    scene::BagScene,
    sorters::{HostOrderSorter, ProductIdSorter, TopProductsSorter},
};

/// `LiveBagPreviewEngine`: products in stock only, the host's top products first, then the host's order. The pinned product
/// has no special position, and flash sales are not sorted first: this is not the first page of the bag.
#[must_use]
pub fn live_bag_preview_engine() -> Definition<BagScene, PreviewCards> {
    Definition::new("LiveBagPreviewEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(PreviewProductProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .items(BagItems)
        .filter(RoomStatusFilter)
        .filter(DedupFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .filter(StockFilter::Hide)
        .sorter(TopProductsSorter)
        .sorter(HostOrderSorter)
        .sorter(ProductIdSorter)
        .cut(PreviewPage)
        .strong(ProductModelLoader)
        .strong(ProductPriceLoader)
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_bag())
        .strong(PreviewConverter)
        .answer::<PreviewCards>()
}
