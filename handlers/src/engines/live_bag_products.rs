//! The products of a page of the bag.

use live_pack_engine::{Definition, high, low};
use live_pack_entities::{
    converters::{ButtonConverter, LiveBagProducts, LiveBagProductsConverter, PriceConverter, ProductConverter},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, StockFilter, TabFilter,
    },
    loaders::{
        CartInfoLoader, DeliveryLoader, FlashSaleLoader, FreshPriceLoader, ImageLoader, ProductAtmosphereLoader,
        ProductDetailLoader, ProductModelLoader, ProductPriceLoader, PromotionDisplayInfoLoader, SellerLoader,
        TextLoader, TradeChainLoader, VoucherLoader,
    },
    page::BagPage,
    providers::{
        BagItems, CreatorProvider, FlashWindowProvider, PopCardProvider, ProductListProvider, ProductStatusProvider,
        RoomInfoProvider, VoucherProvider,
    },
    scene::BagScene,
    sorters::{FlashSaleSorter, HostOrderSorter, ProductIdSorter, SoldOutSinkSorter, TopProductsSorter},
};

/// `LiveBagProductsEngine`.
#[must_use]
pub fn live_bag_products_engine() -> Definition<BagScene, LiveBagProducts> {
    Definition::new("LiveBagProductsEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(ProductListProvider)
        .strong(ProductStatusProvider)
        .task(high(FlashWindowProvider))
        .task(PopCardProvider)
        .task(VoucherProvider::OnVoucherTab)
        .items(BagItems)
        .filter(RoomStatusFilter)
        .filter(DedupFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .filter(StockFilter::AsConfigured)
        .filter(TabFilter)
        .sorter(TopProductsSorter)
        .sorter(FlashSaleSorter)
        .sorter(SoldOutSinkSorter)
        .sorter(HostOrderSorter)
        .sorter(ProductIdSorter)
        .cut(BagPage)
        .strong(ProductModelLoader)
        .strong(ProductPriceLoader)
        .task(low(ProductDetailLoader))
        .task(high(PromotionDisplayInfoLoader))
        .task(FlashSaleLoader)
        .task(VoucherLoader)
        .task(CartInfoLoader)
        .task(high(TradeChainLoader))
        .task(low(SellerLoader))
        .task(DeliveryLoader)
        .task(low(ProductAtmosphereLoader))
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .strong(ButtonConverter)
        .strong(ProductConverter::for_the_bag())
        .strong(LiveBagProductsConverter)
        .shadow(FreshPriceLoader, FreshPriceLoader::agrees)
        .answer::<LiveBagProducts>()
}
