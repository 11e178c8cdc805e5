//! What is on the client's screen, brought up to date.

use live_pack_engine::Definition;
use live_pack_entities::{
    converters::{ButtonConverter, PriceConverter, ProductConverter, RefreshConverter, Refreshed},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter,
    },
    loaders::{
        AuctionLoader, BidderStateLoader, CartInfoLoader, DeliveryLoader, FlashSaleLoader, ProductAtmosphereLoader,
        ProductDetailLoader, ProductModelLoader, ProductPriceLoader, PromotionDisplayInfoLoader, SellerLoader,
        TextLoader, TradeChainLoader, VoucherLoader,
    },
    page::ScreenPage,
    providers::{
        BagItems, CreatorProvider, FlashWindowProvider, PopCardProvider, ProductStatusProvider, RefreshIdsProvider,
        RoomInfoProvider,
    },
    scene::BagScene,
};

/// `LiveBagProductsRefreshEngine`: the client's order, so there are no sorters; what is sold out stays on the screen, so
/// there is no `StockFilter`. The models are read because the price of a product depends on which variations are in stock;
/// details, vouchers and sellers because labels follow from them.
#[must_use]
pub fn live_bag_products_refresh_engine() -> Definition<BagScene> {
    Definition::new("LiveBagProductsRefreshEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(RefreshIdsProvider)
        .task(ProductStatusProvider)
        .task(FlashWindowProvider)
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
        .task(ProductModelLoader)
        .task(ProductPriceLoader)
        .task(ProductDetailLoader)
        .task(PromotionDisplayInfoLoader)
        .task(FlashSaleLoader)
        .task(VoucherLoader)
        .task(CartInfoLoader)
        .task(TradeChainLoader)
        .task(SellerLoader)
        .task(AuctionLoader)
        .task(BidderStateLoader::ForTheScreen)
        .sync(DeliveryLoader)
        .sync(ProductAtmosphereLoader)
        .sync(TextLoader)
        .sync(PriceConverter)
        .sync(ButtonConverter)
        .sync(ProductConverter::for_the_screen())
        .sync(RefreshConverter)
        .answer::<Refreshed>()
}
