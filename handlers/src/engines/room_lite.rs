//! Many rooms, for a list.

use live_pack_engine::{Definition, high};
use live_pack_entities::{
    converters::{RoomLiteConverter, RoomLites},
    loaders::TextLoader,
    providers::rooms::{
        AuctionListProvider, BagSummaryProvider, CreatorProvider, PopCardProvider, RoomInfoProvider, RoomItems,
        VoucherProvider,
    },
    scene::RoomScene,
};

/// `RoomLiteEngine`: one call per downstream method for all rooms. A room that does not sell is listed as such, so
/// there is no filter.
#[must_use]
pub fn room_lite_engine() -> Definition<RoomScene, RoomLites> {
    Definition::new("RoomLiteEngine")
        .strong(RoomInfoProvider)
        .task(BagSummaryProvider)
        .task(PopCardProvider)
        .task(CreatorProvider)
        .task(VoucherProvider)
        .task(AuctionListProvider)
        .items(RoomItems)
        .task(high(TextLoader))
        .strong(RoomLiteConverter)
        .answer::<RoomLites>()
}
