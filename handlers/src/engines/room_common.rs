//! The room that the viewer is in.

use live_pack_engine::Definition;
use live_pack_entities::{
    converters::{RoomCommonConverter, RoomCommonInfo},
    loaders::{BidderStateLoader, LiveDataLoader, TextLoader, rooms::CartInfoLoader},
    providers::rooms::{
        AuctionListProvider, BagSummaryProvider, CreatorProvider, PopCardProvider, RoomInfoProvider, RoomItems,
        VoucherProvider,
    },
    scene::RoomScene,
};

/// `RoomCommonEngine`.
#[must_use]
pub fn room_common_engine() -> Definition<RoomScene> {
    of_one_room("RoomCommonEngine")
}

/// `RoomDataEngine`: the same for who enters the room.
#[must_use]
pub fn room_data_engine() -> Definition<RoomScene> {
    of_one_room("RoomDataEngine")
}

fn of_one_room(name: &'static str) -> Definition<RoomScene> {
    Definition::new(name)
        .task(RoomInfoProvider)
        .task(BagSummaryProvider)
        .task(PopCardProvider)
        .task(CreatorProvider)
        .task(VoucherProvider)
        .task(AuctionListProvider)
        .items(RoomItems)
        .task(LiveDataLoader)
        .task(CartInfoLoader)
        .task(BidderStateLoader::ForThePage)
        .sync(TextLoader)
        .sync(RoomCommonConverter)
        .answer::<RoomCommonInfo>()
}
