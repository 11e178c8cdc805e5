//! The engines, one file each: a list of tasks.

mod creator_shop;
mod fcp_component;
mod live_bag_auction;
mod live_bag_preview;
mod live_bag_products;
mod live_bag_products_refresh;
mod live_bag_tab;
mod pin_card_data;
mod preview_pin_card_data;
mod promotion_banner;
mod room_common;
mod room_lite;
mod surprise_set;
mod top_banner;

pub use creator_shop::creator_shop_engine;
pub use fcp_component::fcp_component_engine;
pub use live_bag_auction::live_bag_auction_engine;
pub use live_bag_preview::live_bag_preview_engine;
pub use live_bag_products::live_bag_products_engine;
pub use live_bag_products_refresh::live_bag_products_refresh_engine;
pub use live_bag_tab::live_bag_tab_engine;
pub use pin_card_data::pin_card_data_engine;
pub use preview_pin_card_data::preview_pin_card_data_engine;
pub use promotion_banner::promotion_banner_engine;
pub use room_common::{room_common_engine, room_data_engine};
pub use room_lite::room_lite_engine;
pub use surprise_set::surprise_set_engine;
pub use top_banner::top_banner_engine;
