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

/// `CreatorShopEngine`: its cards are only for viewing, so neither cart nor trade chain is called, and every button is
/// VIEW. The tasks of the cards are weak: without highlights the entrance is still shown.
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
        // the shop's own seller is fetched even without highlights
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
        .task(ProductConverter::for_the_shop())
        .strong(CreatorShopConverter)
        .answer::<ShopInfo>()
}
