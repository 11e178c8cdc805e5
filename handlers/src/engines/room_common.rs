//! The room that the viewer is in.

use live_pack_engine::{Definition, high};
use live_pack_entities::{
    converters::{RoomCommonConverter, RoomCommonInfo},
    loaders::{BidderStateLoader, LiveDataLoader, OnThePage, TextLoader, rooms::CartInfoLoader},
    providers::rooms::{
        AuctionListProvider, BagSummaryProvider, CreatorProvider, PopCardProvider, RoomInfoProvider, RoomItems,
        VoucherProvider,
    },
    scene::RoomScene,
};

/// `RoomCommonEngine`.
#[must_use]
pub fn room_common_engine() -> Definition<RoomScene, RoomCommonInfo> {
    of_one_room("RoomCommonEngine")
}

/// `RoomDataEngine`: the same for a viewer who enters the room.
#[must_use]
pub fn room_data_engine() -> Definition<RoomScene, RoomCommonInfo> {
    of_one_room("RoomDataEngine")
}

fn of_one_room(name: &'static str) -> Definition<RoomScene, RoomCommonInfo> {
    Definition::new(name)
        .strong(RoomInfoProvider)
        .task(BagSummaryProvider)
        .task(PopCardProvider)
        .strong(CreatorProvider)
        .task(VoucherProvider)
        .task(AuctionListProvider)
        .items(RoomItems)
        .task(LiveDataLoader)
        .task(CartInfoLoader)
        .task(high(BidderStateLoader(OnThePage)))
        .task(high(TextLoader))
        .strong(RoomCommonConverter)
        .answer::<RoomCommonInfo>()
}
