//! A surprise set with everything in it.

use live_pack_engine::Definition;
use live_pack_entities::{
    converters::{SurpriseSetConverter, SurpriseSetDetail},
    filters::RoomStatusFilter,
    loaders::{BidderStateLoader, PictureLoader, TextLoader},
    providers::{CreatorProvider, PrizeItems, RoomInfoProvider, SurpriseSetProvider},
    scene::PrizeScene,
    sorters::PrizeSorter,
};

/// `SurpriseSetEngine`.
#[must_use]
pub fn surprise_set_engine() -> Definition<PrizeScene> {
    Definition::new("SurpriseSetEngine")
        .task(RoomInfoProvider)
        .task(CreatorProvider)
        .task(SurpriseSetProvider)
        .items(PrizeItems)
        .filter(RoomStatusFilter)
        .sorter(PrizeSorter)
        .task(BidderStateLoader::ForThePage)
        .sync(PictureLoader)
        .sync(TextLoader)
        .sync(SurpriseSetConverter)
        .answer::<SurpriseSetDetail>()
}
