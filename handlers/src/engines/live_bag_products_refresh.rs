//! A refresh of the client's screen.

use live_pack_engine::{Definition, high, low};
use live_pack_entities::{
    converters::{ButtonConverter, PriceConverter, ProductConverter, RefreshConverter, Refreshed},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter,
    },
    loaders::{
        AuctionLoader, BidderStateLoader, CartInfoLoader, DeliveryLoader, FlashSaleLoader, OnTheScreen,
        ProductAtmosphereLoader, ProductDetailLoader, ProductModelLoader, ProductPriceLoader,
        PromotionDisplayInfoLoader, SellerLoader, TextLoader, TradeChainLoader, VoucherLoader,
    },
    page::ScreenPage,
    providers::{
        BagItems, CreatorProvider, FlashWindowProvider, PopCardProvider, ProductStatusProvider, RefreshIdsProvider,
        RoomInfoProvider,
    },
    scene::BagScene,
};

/// `LiveBagProductsRefreshEngine`: keeps the client's order, so there are no sorters; sold-out products stay on the screen,
/// so there is no `StockFilter`. The models are loaded because the price of a product depends on the variations in
/// stock; details, vouchers and sellers because labels depend on them.
#[must_use]
pub fn live_bag_products_refresh_engine() -> Definition<BagScene, Refreshed> {
    Definition::new("LiveBagProductsRefreshEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(RefreshIdsProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .task(PopCardProvider)
        .items(BagItems)
        .filter(RoomStatusFilter)
        .filter(DedupFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .cut(ScreenPage)
        .strong(ProductModelLoader)
        .strong(ProductPriceLoader)
        .task(low(ProductDetailLoader))
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(VoucherLoader)
        .task(CartInfoLoader)
        .task(high(TradeChainLoader))
        .task(low(SellerLoader))
        .task(AuctionLoader)
        .task(high(BidderStateLoader(OnTheScreen)))
        .task(DeliveryLoader)
        .task(low(ProductAtmosphereLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_screen())
        .strong(RefreshConverter)
        .answer::<Refreshed>()
}
