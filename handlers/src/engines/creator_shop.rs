//! The entrance to the creator's shop, with some of its products.

use live_pack_engine::{Definition, WhenEmpty, high, low, named};
use live_pack_entities::{
    converters::{ButtonConverter, CreatorShopConverter, PriceConverter, ProductConverter, ShopInfo},
    filters::{
        AgeGateFilter, AppVersionFilter, BannedProductFilter, DedupFilter, OfflineProductFilter, RegionFilter,
        RoomStatusFilter, ShopEntryFilter,
    },
    loaders::{
        DeliveryLoader, ImageLoader, ProductDetailLoader, ProductModelLoader, ProductPriceLoader,
        PromotionDisplayInfoLoader, ShopSellerLoader, TextLoader,
    },
    page::HighlightPage,
    providers::{CreatorProvider, CreatorShopLoader, RoomInfoProvider, ShowcaseItems, ShowcaseStatusProvider},
    scene::BagScene,
};

/// `CreatorShopEngine`: its cards are for looking at, so neither cart nor trade chain is asked, and every button is VIEW.
/// What draws them is weak: without highlights the entrance still stands.
#[must_use]
pub fn creator_shop_engine() -> Definition<BagScene, ShopInfo> {
    Definition::new("CreatorShopEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .task(CreatorShopLoader)
        .task(named("ProductStatusProvider", ShowcaseStatusProvider))
        .items(ShowcaseItems)
        .filter(RoomStatusFilter)
        .filter(ShopEntryFilter)
        .filter(DedupFilter)
        .filter(BannedProductFilter)
        .filter(OfflineProductFilter)
        .filter(RegionFilter)
        .filter(AgeGateFilter)
        .filter(AppVersionFilter)
        .cut(HighlightPage)
        // the shop's own seller is asked for where there are no highlights, too
        .when_empty(WhenEmpty::GoOn)
        .task(ProductModelLoader)
        .task(ProductPriceLoader)
        .task(low(ProductDetailLoader))
        .task(high(PromotionDisplayInfoLoader))
        .task(named("SellerLoader", ShopSellerLoader))
        .task(DeliveryLoader)
        .task(high(ImageLoader))
        .task(high(TextLoader))
        .strong(PriceConverter)
        .task(ButtonConverter)
        .task(ProductConverter::for_the_bag())
        .strong(CreatorShopConverter)
        .answer::<ShopInfo>()
}
