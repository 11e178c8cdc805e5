//! The pinned product, as it is shown before entering: nothing in it is personal.

use live_pack_engine::{Definition, WhenEmpty};
use live_pack_entities::{
    converters::{ButtonConverter, PinCardConverter, PinnedCard, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, OfflineProductFilter, RegionFilter, RoomStatusFilter,
    },
    loaders::{
        FlashSaleLoader, ImageLoader, ProductModelLoader, ProductPriceLoader, PromotionDisplayInfoLoader, TextLoader,
    },
    providers::{
        CreatorProvider, FlashWindowProvider, PinItems, PopCardProvider, ProductListProvider, ProductStatusProvider,
        RoomInfoProvider,
    },
    scene::BagScene,
};

/// `PreviewPinCardDataEngine`: a pinned voucher is not shown before entering, because what it is depends on the viewer.
#[must_use]
pub fn preview_pin_card_data_engine() -> Definition<BagScene> {
    Definition::new("PreviewPinCardDataEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(ProductListProvider)
        .task(ProductStatusProvider)
        .task(FlashWindowProvider)
        .task(PopCardProvider)
        .items(PinItems)
        .filter(RoomStatusFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .when_empty(WhenEmpty::SkipLoaders)
        .task(ProductModelLoader)
        .task(ProductPriceLoader)
        .task(PromotionDisplayInfoLoader)
        .task(FlashSaleLoader)
        .sync(ImageLoader)
        .sync(TextLoader)
        .sync(PriceConverter)
        .sync(ButtonConverter)
        .sync(ProductConverter::for_the_pin())
        .sync(PinCardConverter)
        .answer::<PinnedCard>()
}
