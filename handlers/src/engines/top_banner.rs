//! The banners above the bag.

use live_pack_engine::{Definition, high, named};
use live_pack_entities::{
    converters::{BannerConverter, TopBanners},
    filters::{BannerFilter, RoomStatusFilter},
    loaders::{BidderStateLoader, OnBanners, PictureLoader, TextLoader, VoucherLoader},
    page::TopBannerPage,
    providers::{BannerItems, BannerMaterialProvider, CreatorProvider, RoomInfoProvider},
    scene::BannerScene,
    sorters::BannerSorter,
};

/// `TopBannerEngine`.
#[must_use]
pub fn top_banner_engine() -> Definition<BannerScene, TopBanners> {
    Definition::new("TopBannerEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(BannerMaterialProvider)
        .items(BannerItems)
        .filter(RoomStatusFilter)
        .filter(BannerFilter)
        .sorter(BannerSorter)
        .cut(TopBannerPage)
        .task(VoucherLoader)
        .task(high(BidderStateLoader(OnBanners)))
        .task(named("ImageLoader", PictureLoader))
        .task(high(TextLoader))
        .strong(BannerConverter)
        .answer::<TopBanners>()
}
