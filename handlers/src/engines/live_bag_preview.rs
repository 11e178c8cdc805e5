//! The first products of the bag, as they are shown before entering: nothing in them is personal.

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

/// `LiveBagPreviewEngine`: in the order of the bag, but for what depends on the viewer.
#[must_use]
pub fn live_bag_preview_engine() -> Definition<BagScene> {
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
