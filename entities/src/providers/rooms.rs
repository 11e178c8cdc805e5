//! Providers of engines over rooms: the data of all rooms of the request, with one call per kind of data.
//!
//! Their data are [`ByRoom`]: one value for each of [`crate::request::LiveRequest::rooms`]. For a single room, they share
//! their answers with the providers of the room's other engines.

mod auction_list_provider;
mod bag_summary_provider;
mod by_room;
mod creator_provider;
mod pop_card_provider;
mod room_info_provider;
mod room_items;
mod voucher_provider;

pub use auction_list_provider::{AuctionListProvider, Auctions};
pub use bag_summary_provider::{BagSummaries, BagSummaryProvider};
pub use by_room::ByRoom;
pub use creator_provider::{CreatorProvider, Creators};
pub use pop_card_provider::{Pins, PopCardProvider};
pub use room_info_provider::{RoomInfoProvider, Rooms};
pub use room_items::RoomItems;
pub use voucher_provider::{VoucherProvider, Vouchers};
