//! The pinned card: the same card as in the bag, or a voucher.

use live_pack_engine::{Definition, WhenEmpty};
use live_pack_entities::{
    converters::{ButtonConverter, PinCardConverter, PinnedCard, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, OfflineProductFilter, RegionFilter, RoomStatusFilter,
    },
    loaders::{
        CartInfoLoader, DeliveryLoader, FlashSaleLoader, ImageLoader, ProductAtmosphereLoader, ProductDetailLoader,
        ProductModelLoader, ProductPriceLoader, PromotionDisplayInfoLoader, SellerLoader, TextLoader, TradeChainLoader,
        VoucherLoader,
    },
    providers::{
        CreatorProvider, FlashWindowProvider, PinItems, PopCardProvider, ProductListProvider, ProductStatusProvider,
        RoomInfoProvider, VoucherProvider,
    },
    scene::BagScene,
};

/// `PinCardDataEngine`: a sold-out pinned product stays, so there is no `StockFilter`.
#[must_use]
pub fn pin_card_data_engine() -> Definition<BagScene> {
    Definition::new("PinCardDataEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(ProductListProvider)
        .task(ProductStatusProvider)
        .task(FlashWindowProvider)
        .task(PopCardProvider)
        .task(VoucherProvider::WherePinned)
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
        .task(ProductDetailLoader)
        .task(PromotionDisplayInfoLoader)
        .task(FlashSaleLoader)
        .task(VoucherLoader)
        .task(CartInfoLoader)
        .task(TradeChainLoader)
        .task(SellerLoader)
        .sync(DeliveryLoader)
        .sync(ProductAtmosphereLoader)
        .sync(ImageLoader)
        .sync(TextLoader)
        .sync(PriceConverter)
        .sync(ButtonConverter)
        .sync(ProductConverter::for_the_pin())
        .sync(PinCardConverter)
        .answer::<PinnedCard>()
}
