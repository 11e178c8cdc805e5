//! The banners above the bag.

use live_pack_engine::Definition;
use live_pack_entities::{
    converters::{BannerConverter, TopBanners},
    filters::{BannerFilter, RoomStatusFilter},
    loaders::{BidderStateLoader, PictureLoader, TextLoader, VoucherLoader},
    page::TopBannerPage,
    providers::{BannerItems, BannerMaterialProvider, CreatorProvider, RoomInfoProvider},
    scene::BannerScene,
    sorters::BannerSorter,
};

/// `TopBannerEngine`.
#[must_use]
pub fn top_banner_engine() -> Definition<BannerScene> {
    Definition::new("TopBannerEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(BannerMaterialProvider)
        .items(BannerItems)
        .filter(RoomStatusFilter)
        .batch_filter(BannerFilter)
        .sorter(BannerSorter)
        .cut(TopBannerPage)
        .task(VoucherLoader)
        .task(BidderStateLoader::ForTheBanners)
        .sync(PictureLoader)
        .sync(TextLoader)
        .sync(BannerConverter)
        .answer::<TopBanners>()
}
