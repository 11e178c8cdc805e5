//! The vouchers of a room, and the banner that speaks of them.

use live_pack_engine::Definition;
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

/// `PromotionBannerEngine`: of the bag it wants the prices only, and those only for the order.
#[must_use]
pub fn promotion_banner_engine() -> Definition<VoucherScene> {
    Definition::new("PromotionBannerEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(VoucherProvider::Always)
        .task(BagLinesProvider)
        .task(CheapestProductProvider)
        .items(VoucherItems)
        .filter(RoomStatusFilter)
        .filter(VoucherFilter)
        .sorter(VoucherSorter)
        .sync(TextLoader)
        .sync(VoucherConverter)
        .answer::<PromotionBanners>()
}
