//! The vouchers of a room, and the banner about them.

use live_pack_engine::{Definition, high, named};
use live_pack_entities::{
    converters::{PromotionBanners, VoucherConverter},
    filters::{RoomStatusFilter, VoucherFilter},
    loaders::TextLoader,
    providers::{
        BagLinesProvider, CheapestProductProvider, CreatorProvider, RoomInfoProvider, VoucherItems, VoucherProvider,
    },
    scene::VoucherScene,
    sorters::VoucherSorter,
};

/// `PromotionBannerEngine`: it needs only the prices of the bag, and those only for the order.
#[must_use]
pub fn promotion_banner_engine() -> Definition<VoucherScene, PromotionBanners> {
    Definition::new("PromotionBannerEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .task(VoucherProvider::Always)
        .task(named("ProductListProvider", BagLinesProvider))
        .task(named("ProductPriceLoader", CheapestProductProvider))
        .items(VoucherItems)
        .filter(RoomStatusFilter)
        .filter(VoucherFilter)
        .sorter(VoucherSorter)
        .task(high(TextLoader))
        .strong(VoucherConverter)
        .answer::<PromotionBanners>()
}
