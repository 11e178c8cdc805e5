//! A surprise set with all its prizes.

use live_pack_engine::{Definition, high, named};
use live_pack_entities::{
    converters::{SurpriseSetConverter, SurpriseSetDetail},
    filters::RoomStatusFilter,
    loaders::{BidderStateLoader, OnThePage, PictureLoader, TextLoader},
    providers::{CreatorProvider, PrizeItems, RoomInfoProvider, SurpriseSetProvider},
    scene::PrizeScene,
    sorters::PrizeSorter,
};

/// `SurpriseSetEngine`.
#[must_use]
pub fn surprise_set_engine() -> Definition<PrizeScene, SurpriseSetDetail> {
    Definition::new("SurpriseSetEngine")
        .strong(RoomInfoProvider)
        .strong(CreatorProvider)
        .strong(SurpriseSetProvider)
        .items(PrizeItems)
        .filter(RoomStatusFilter)
        .sorter(PrizeSorter)
        .task(high(BidderStateLoader(OnThePage)))
        .task(named("ImageLoader", PictureLoader))
        .task(high(TextLoader))
        .strong(SurpriseSetConverter)
        .answer::<SurpriseSetDetail>()
}
