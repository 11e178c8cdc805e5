//! The interfaces, one file each: check the request, run its engines, shape the answer.

mod get_live_bag_assemble;
mod get_live_bag_creator_shop_info;
mod get_live_bag_data;
mod get_live_bag_preview_data;
mod get_live_bag_promotion_banner;
mod get_live_bag_refresh;
mod get_live_bag_tab;
mod get_live_bag_top_banner;
mod get_live_room_common_info;
mod get_pin_card_data;
mod get_preview_pin_card_data;
mod get_room_full_data;
mod get_surprise_set_detail;
mod m_get_fcp_ecom_component;
mod m_get_room_lite_data;

pub(crate) use get_live_bag_assemble::GetLiveBagAssemble;
pub(crate) use get_live_bag_creator_shop_info::GetLiveBagCreatorShopInfo;
pub(crate) use get_live_bag_data::GetLiveBagData;
pub(crate) use get_live_bag_preview_data::GetLiveBagPreviewData;
pub(crate) use get_live_bag_promotion_banner::GetLiveBagPromotionBanner;
pub(crate) use get_live_bag_refresh::GetLiveBagRefresh;
pub(crate) use get_live_bag_tab::GetLiveBagTab;
pub(crate) use get_live_bag_top_banner::GetLiveBagTopBanner;
pub(crate) use get_live_room_common_info::GetLiveRoomCommonInfo;
pub(crate) use get_pin_card_data::GetPinCardData;
pub(crate) use get_preview_pin_card_data::GetPreviewPinCardData;
pub(crate) use get_room_full_data::GetRoomFullData;
pub(crate) use get_surprise_set_detail::GetSurpriseSetDetail;
pub(crate) use m_get_fcp_ecom_component::MGetFcpEcomComponent;
pub(crate) use m_get_room_lite_data::MGetRoomLiteData;
