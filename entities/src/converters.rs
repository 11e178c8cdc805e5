//! Converters: from what was found out to what is answered. The only place where wire types appear.

mod auction_drawing;
mod auction_list_converter;
mod button_converter;
mod fcp_component_converter;
mod hand_over;
mod live_bag_products_converter;
mod pin_card_converter;
mod preview_converter;
mod price_converter;
mod product_converter;
mod refresh_converter;
mod room_common_converter;
mod room_lite_converter;
mod tab_converter;
mod wire;

pub use auction_list_converter::{AuctionCards, AuctionListConverter};
pub use button_converter::{ButtonConverter, PageButtons};
pub use fcp_component_converter::{FcpComponentConverter, FcpComponents};
pub use hand_over::HandOver;
pub use live_bag_products_converter::{LiveBagProducts, LiveBagProductsConverter};
pub use pin_card_converter::{PinCardConverter, PinnedCard};
pub use preview_converter::{PreviewCards, PreviewConverter};
pub use price_converter::{PagePrices, PriceConverter};
pub use product_converter::{Cards, ProductConverter};
pub use refresh_converter::{RefreshConverter, Refreshed};
pub use room_common_converter::{RoomCommonConverter, RoomCommonInfo};
pub use room_lite_converter::{RoomLiteConverter, RoomLites};
pub use tab_converter::{BagTabs, TabConverter};
pub use wire::wire_room_status;
