//! Providers of engines over rooms: the data of one room, for all rooms of the request in one call each.
//!
//! Their data are aligned with [`crate::request::LiveRequest::rooms`]: entry `i` is of room `i`. For a single room,
//! they share their answers with the providers of that room's other engines.

mod auction_list_provider;
mod bag_summary_provider;
mod creator_provider;
mod pop_card_provider;
mod room_info_provider;
mod room_items;
mod voucher_provider;

pub use auction_list_provider::{AuctionListProvider, Auctions};
pub use bag_summary_provider::{BagSummaries, BagSummaryProvider};
pub use creator_provider::{CreatorProvider, Creators};
pub use pop_card_provider::{Pins, PopCardProvider};
pub use room_info_provider::{RoomInfoProvider, Rooms};
pub use room_items::RoomItems;
pub use voucher_provider::{VoucherProvider, Vouchers};
