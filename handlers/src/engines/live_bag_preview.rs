//! The first products of the bag, as they are shown before entering: nothing in them is personal.

use live_pack_engine::Definition;
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
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(PreviewProductProvider)
        .task(ProductStatusProvider)
        .task(FlashWindowProvider)
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
        .task(ProductModelLoader)
        .task(ProductPriceLoader)
        .task(PromotionDisplayInfoLoader)
        .task(FlashSaleLoader)
        .sync(ImageLoader)
        .sync(TextLoader)
        .sync(PriceConverter)
        .sync(ButtonConverter)
        .sync(ProductConverter::for_the_bag())
        .sync(PreviewConverter)
        .answer::<PreviewCards>()
}
