//! The pinned card: the same card as in the bag, or a voucher.

use live_pack_engine::{Definition, WhenEmpty, high, low, named};
use live_pack_entities::{
    converters::{ButtonConverter, PinCardConverter, PinnedCard, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, OfflineProductFilter, RegionFilter, RoomStatusFilter,
    },
    loaders::{
        DeliveryLoader, FlashSaleLoader, ImageLoader, PinnedCartInfoLoader, PinnedTradeChainLoader,
        ProductAtmosphereLoader, ProductDetailLoader, ProductModelLoader, ProductPriceLoader,
        PromotionDisplayInfoLoader, SellerLoader, TextLoader, VoucherLoader,
    },
    providers::{
        CreatorProvider, FlashWindowProvider, PinItems, PinnedVoucherProvider, PopCardProvider, ProductListProvider,
        ProductStatusProvider, RoomInfoProvider,
    },
    scene::BagScene,
};

/// `PinCardDataEngine`: a sold-out pinned product stays, so there is no `StockFilter`. Uncached data about the viewer come
/// with the page if the request has one and the product is on it.
#[must_use]
pub fn pin_card_data_engine() -> Definition<BagScene, PinnedCard> {
    Definition::new("PinCardDataEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(ProductListProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .task(PopCardProvider)
        .task(named("VoucherProvider", PinnedVoucherProvider))
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
        .task(low(ProductDetailLoader))
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(VoucherLoader)
        .task(named("CartInfoLoader", PinnedCartInfoLoader))
        .task(named("TradeChainLoader", PinnedTradeChainLoader).high())
        .task(low(SellerLoader))
        .task(DeliveryLoader)
        .task(low(ProductAtmosphereLoader))
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_pin())
        .strong(PinCardConverter)
        .answer::<PinnedCard>()
}
