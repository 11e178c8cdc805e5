//! Providers: fetch the items of the list, and the data that decide which items stay.

mod auction_items;
mod auction_list_provider;
mod bag_items;
mod bag_lines_provider;
mod banner_items;
mod banner_material_provider;
mod cheapest_product_provider;
mod creator_provider;
mod creator_shop_loader;
mod fcp_slot_provider;
mod flash_window_provider;
mod pin_items;
mod pop_card_provider;
mod preview_product_provider;
mod prize_items;
mod product_list_provider;
mod product_status_provider;
mod refresh_ids_provider;
mod room_info_provider;
pub mod rooms;
mod showcase_items;
mod showcase_status_provider;
mod surprise_set_provider;
mod voucher_items;
mod voucher_provider;

pub use auction_items::AuctionItems;
pub use auction_list_provider::{AuctionList, AuctionListProvider, room_auctions, why_no_auctions};
pub use bag_items::BagItems;
pub use bag_lines_provider::BagLinesProvider;
pub use banner_items::BannerItems;
pub use banner_material_provider::{BannerMaterialProvider, BannerMaterials, count_views};
pub use cheapest_product_provider::{CheapestProduct, CheapestProductProvider};
pub use creator_provider::{CreatorInfo, CreatorProvider};
pub use creator_shop_loader::CreatorShopLoader;
pub use fcp_slot_provider::{FcpSlot, FcpSlotProvider};
pub use flash_window_provider::{FlashWindowProvider, FlashWindows};
pub use pin_items::PinItems;
pub use pop_card_provider::{PopCard, PopCardProvider, is_pinned, pin};
pub use preview_product_provider::PreviewProductProvider;
pub use prize_items::PrizeItems;
pub use product_list_provider::{ProductList, ProductListProvider};
pub use product_status_provider::{ProductStatusProvider, ProductStatuses};
pub use refresh_ids_provider::RefreshIdsProvider;
pub use room_info_provider::{RoomInfo, RoomInfoProvider};
pub use showcase_items::ShowcaseItems;
pub use showcase_status_provider::ShowcaseStatusProvider;
pub use surprise_set_provider::{SurpriseSetInfo, SurpriseSetProvider};
pub use voucher_items::VoucherItems;
pub use voucher_provider::{
    Claimable, PinnedVoucherProvider, RoomVouchers, VoucherProvider, issued_vouchers, room_vouchers,
};
