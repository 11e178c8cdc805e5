//! The pinned product before entering: without personal data.

use live_pack_engine::{Definition, WhenEmpty, high};
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

/// `PreviewPinCardDataEngine`: a pinned voucher is not shown before entering, because it depends on the viewer.
#[must_use]
pub fn preview_pin_card_data_engine() -> Definition<BagScene, PinnedCard> {
    Definition::new("PreviewPinCardDataEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(ProductListProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .task(PopCardProvider)
        .items(PinItems)
        .filter(RoomStatusFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .when_empty(WhenEmpty::SkipLoaders)
        .strong(ProductModelLoader)
        .strong(ProductPriceLoader)
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_pin())
        .strong(PinCardConverter)
        .answer::<PinnedCard>()
}
