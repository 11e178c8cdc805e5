//! The fifteen methods, listed once: their names, the type of each request and answer, and what can be read off either.

use live_pack_idl::base::Base;
use live_pack_idl::live_pack::{
    LivePackServiceGetLiveBagAssembleResultSend as GetLiveBagAssembleResult,
    LivePackServiceGetLiveBagCreatorShopInfoResultSend as GetLiveBagCreatorShopInfoResult,
    LivePackServiceGetLiveBagDataResultSend as GetLiveBagDataResult,
    LivePackServiceGetLiveBagPreviewDataResultSend as GetLiveBagPreviewDataResult,
    LivePackServiceGetLiveBagPromotionBannerResultSend as GetLiveBagPromotionBannerResult,
    LivePackServiceGetLiveBagRefreshResultSend as GetLiveBagRefreshResult,
    LivePackServiceGetLiveBagTabResultSend as GetLiveBagTabResult,
    LivePackServiceGetLiveBagTopBannerResultSend as GetLiveBagTopBannerResult,
    LivePackServiceGetLiveRoomCommonInfoResultSend as GetLiveRoomCommonInfoResult,
    LivePackServiceGetPinCardDataResultSend as GetPinCardDataResult,
    LivePackServiceGetPreviewPinCardDataResultSend as GetPreviewPinCardDataResult,
    LivePackServiceGetRoomFullDataResultSend as GetRoomFullDataResult,
    LivePackServiceGetSurpriseSetDetailResultSend as GetSurpriseSetDetailResult,
    LivePackServiceMGetFcpEcomComponentResultSend as MGetFcpEcomComponentResult,
    LivePackServiceMGetRoomLiteDataResultSend as MGetRoomLiteDataResult, LivePackServiceRequestRecv,
    LivePackServiceResponseSend::{self, *},
};

/// A method of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `MGetRoomLiteData`.
    MGetRoomLiteData,
    /// `GetRoomFullData`.
    GetRoomFullData,
    /// `GetPinCardData`.
    GetPinCardData,
    /// `GetLiveBagData`.
    GetLiveBagData,
    /// `GetLiveBagPreviewData`.
    GetLiveBagPreviewData,
    /// `GetLiveBagAssemble`.
    GetLiveBagAssemble,
    /// `GetLiveBagRefresh`.
    GetLiveBagRefresh,
    /// `GetPreviewPinCardData`.
    GetPreviewPinCardData,
    /// `GetLiveBagTab`.
    GetLiveBagTab,
    /// `GetLiveBagTopBanner`.
    GetLiveBagTopBanner,
    /// `GetLiveBagPromotionBanner`.
    GetLiveBagPromotionBanner,
    /// `GetLiveBagCreatorShopInfo`.
    GetLiveBagCreatorShopInfo,
    /// `GetLiveRoomCommonInfo`.
    GetLiveRoomCommonInfo,
    /// `GetSurpriseSetDetail`.
    GetSurpriseSetDetail,
    /// `MGetFcpEcomComponent`.
    MGetFcpEcomComponent,
}

impl Method {
    /// All methods, in the order of the IDL.
    pub const ALL: [Self; 15] = [
        Self::MGetRoomLiteData,
        Self::GetRoomFullData,
        Self::GetPinCardData,
        Self::GetLiveBagData,
        Self::GetLiveBagPreviewData,
        Self::GetLiveBagAssemble,
        Self::GetLiveBagRefresh,
        Self::GetPreviewPinCardData,
        Self::GetLiveBagTab,
        Self::GetLiveBagTopBanner,
        Self::GetLiveBagPromotionBanner,
        Self::GetLiveBagCreatorShopInfo,
        Self::GetLiveRoomCommonInfo,
        Self::GetSurpriseSetDetail,
        Self::MGetFcpEcomComponent,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MGetRoomLiteData => "MGetRoomLiteData",
            Self::GetRoomFullData => "GetRoomFullData",
            Self::GetPinCardData => "GetPinCardData",
            Self::GetLiveBagData => "GetLiveBagData",
            Self::GetLiveBagPreviewData => "GetLiveBagPreviewData",
            Self::GetLiveBagAssemble => "GetLiveBagAssemble",
            Self::GetLiveBagRefresh => "GetLiveBagRefresh",
            Self::GetPreviewPinCardData => "GetPreviewPinCardData",
            Self::GetLiveBagTab => "GetLiveBagTab",
            Self::GetLiveBagTopBanner => "GetLiveBagTopBanner",
            Self::GetLiveBagPromotionBanner => "GetLiveBagPromotionBanner",
            Self::GetLiveBagCreatorShopInfo => "GetLiveBagCreatorShopInfo",
            Self::GetLiveRoomCommonInfo => "GetLiveRoomCommonInfo",
            Self::GetSurpriseSetDetail => "GetSurpriseSetDetail",
            Self::MGetFcpEcomComponent => "MGetFcpEcomComponent",
        }
    }

    /// The place in [`Method::ALL`], 0 to 14.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The method that a decoded request calls.
    #[must_use]
    pub const fn of(request: &LivePackServiceRequestRecv) -> Self {
        match request {
            LivePackServiceRequestRecv::MGetRoomLiteData(_) => Self::MGetRoomLiteData,
            LivePackServiceRequestRecv::GetRoomFullData(_) => Self::GetRoomFullData,
            LivePackServiceRequestRecv::GetPinCardData(_) => Self::GetPinCardData,
            LivePackServiceRequestRecv::GetLiveBagData(_) => Self::GetLiveBagData,
            LivePackServiceRequestRecv::GetLiveBagPreviewData(_) => Self::GetLiveBagPreviewData,
            LivePackServiceRequestRecv::GetLiveBagAssemble(_) => Self::GetLiveBagAssemble,
            LivePackServiceRequestRecv::GetLiveBagRefresh(_) => Self::GetLiveBagRefresh,
            LivePackServiceRequestRecv::GetPreviewPinCardData(_) => Self::GetPreviewPinCardData,
            LivePackServiceRequestRecv::GetLiveBagTab(_) => Self::GetLiveBagTab,
            LivePackServiceRequestRecv::GetLiveBagTopBanner(_) => Self::GetLiveBagTopBanner,
            LivePackServiceRequestRecv::GetLiveBagPromotionBanner(_) => Self::GetLiveBagPromotionBanner,
            LivePackServiceRequestRecv::GetLiveBagCreatorShopInfo(_) => Self::GetLiveBagCreatorShopInfo,
            LivePackServiceRequestRecv::GetLiveRoomCommonInfo(_) => Self::GetLiveRoomCommonInfo,
            LivePackServiceRequestRecv::GetSurpriseSetDetail(_) => Self::GetSurpriseSetDetail,
            LivePackServiceRequestRecv::MGetFcpEcomComponent(_) => Self::MGetFcpEcomComponent,
        }
    }
}

/// What the caller says of itself, `Base` of a request.
#[must_use]
pub const fn base(request: &LivePackServiceRequestRecv) -> Option<&Base> {
    match request {
        LivePackServiceRequestRecv::MGetRoomLiteData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetRoomFullData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetPinCardData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagPreviewData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagAssemble(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagRefresh(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetPreviewPinCardData(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagTab(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagTopBanner(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagPromotionBanner(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveBagCreatorShopInfo(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetLiveRoomCommonInfo(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::GetSurpriseSetDetail(call) => call.req.base.as_ref(),
        LivePackServiceRequestRecv::MGetFcpEcomComponent(call) => call.req.base.as_ref(),
    }
}

/// The business outcome that an answer carries, `BaseResp.StatusCode`.
#[must_use]
pub const fn status_code(answer: &LivePackServiceResponseSend) -> i32 {
    let base = match answer {
        MGetRoomLiteData(MGetRoomLiteDataResult::Ok(answer)) => &answer.base_resp,
        GetRoomFullData(GetRoomFullDataResult::Ok(answer)) => &answer.base_resp,
        GetPinCardData(GetPinCardDataResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagData(GetLiveBagDataResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagPreviewData(GetLiveBagPreviewDataResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagAssemble(GetLiveBagAssembleResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagRefresh(GetLiveBagRefreshResult::Ok(answer)) => &answer.base_resp,
        GetPreviewPinCardData(GetPreviewPinCardDataResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagTab(GetLiveBagTabResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagTopBanner(GetLiveBagTopBannerResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagPromotionBanner(GetLiveBagPromotionBannerResult::Ok(answer)) => &answer.base_resp,
        GetLiveBagCreatorShopInfo(GetLiveBagCreatorShopInfoResult::Ok(answer)) => &answer.base_resp,
        GetLiveRoomCommonInfo(GetLiveRoomCommonInfoResult::Ok(answer)) => &answer.base_resp,
        GetSurpriseSetDetail(GetSurpriseSetDetailResult::Ok(answer)) => &answer.base_resp,
        MGetFcpEcomComponent(MGetFcpEcomComponentResult::Ok(answer)) => &answer.base_resp,
    };
    base.status_code
}

/// Calls the macro `$each` with one line a method: `snake_name WireName RequestType ResponseType;`.
///
/// For a test double that implements the generated service trait with the same body fifteen times.
#[cfg(test)]
macro_rules! for_each_method {
    ($each:ident) => {
        $each! {
            m_get_room_lite_data MGetRoomLiteData MGetRoomLiteDataRequest MGetRoomLiteDataResponse;
            get_room_full_data GetRoomFullData GetRoomFullDataRequest GetRoomFullDataResponse;
            get_pin_card_data GetPinCardData GetPinCardDataRequest GetPinCardDataResponse;
            get_live_bag_data GetLiveBagData GetLiveBagDataRequest GetLiveBagDataResponse;
            get_live_bag_preview_data GetLiveBagPreviewData GetLiveBagPreviewDataRequest GetLiveBagPreviewDataResponse;
            get_live_bag_assemble GetLiveBagAssemble GetLiveBagAssembleRequest GetLiveBagAssembleResponse;
            get_live_bag_refresh GetLiveBagRefresh GetLiveBagRefreshRequest GetLiveBagRefreshResponse;
            get_preview_pin_card_data GetPreviewPinCardData GetPreviewPinCardDataRequest GetPreviewPinCardDataResponse;
            get_live_bag_tab GetLiveBagTab GetLiveBagTabRequest GetLiveBagTabResponse;
            get_live_bag_top_banner GetLiveBagTopBanner GetLiveBagTopBannerRequest GetLiveBagTopBannerResponse;
            get_live_bag_promotion_banner GetLiveBagPromotionBanner GetLiveBagPromotionBannerRequest GetLiveBagPromotionBannerResponse;
            get_live_bag_creator_shop_info GetLiveBagCreatorShopInfo GetLiveBagCreatorShopInfoRequest GetLiveBagCreatorShopInfoResponse;
            get_live_room_common_info GetLiveRoomCommonInfo GetLiveRoomCommonInfoRequest GetLiveRoomCommonInfoResponse;
            get_surprise_set_detail GetSurpriseSetDetail GetSurpriseSetDetailRequest GetSurpriseSetDetailResponse;
            m_get_fcp_ecom_component MGetFcpEcomComponent MGetFcpEcomComponentRequest MGetFcpEcomComponentResponse;
        }
    };
}
#[cfg(test)]
pub(crate) use for_each_method;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_the_place_in_the_list() {
        for (place, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method.index(), place);
        }
    }

    #[test]
    fn the_status_is_read_from_the_envelope() {
        let mut answer = live_pack_idl::live_pack::GetLiveBagTabResponse::default();
        answer.base_resp.status_code = 20001;
        assert_eq!(status_code(&GetLiveBagTab(GetLiveBagTabResult::Ok(answer))), 20001);
    }
}
