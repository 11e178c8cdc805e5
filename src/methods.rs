//! The fifteen methods, listed once: their names, the types of request and answer, and accessors for both.

use live_pack_idl::base::{Base, BaseResp};
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
use volo::FastStr;

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

    /// The method of this name, spelt exactly so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The index in [`Method::ALL`], 0 to 14.
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

/// Reads the same field from a request of any method.
macro_rules! of_request {
    ($request:expr, $call:ident => $read:expr) => {
        match $request {
            LivePackServiceRequestRecv::MGetRoomLiteData($call) => $read,
            LivePackServiceRequestRecv::GetRoomFullData($call) => $read,
            LivePackServiceRequestRecv::GetPinCardData($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagData($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagPreviewData($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagAssemble($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagRefresh($call) => $read,
            LivePackServiceRequestRecv::GetPreviewPinCardData($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagTab($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagTopBanner($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagPromotionBanner($call) => $read,
            LivePackServiceRequestRecv::GetLiveBagCreatorShopInfo($call) => $read,
            LivePackServiceRequestRecv::GetLiveRoomCommonInfo($call) => $read,
            LivePackServiceRequestRecv::GetSurpriseSetDetail($call) => $read,
            LivePackServiceRequestRecv::MGetFcpEcomComponent($call) => $read,
        }
    };
}

/// Reads the same field from an answer of any method.
macro_rules! of_answer {
    ($response:expr, $answer:ident => $read:expr) => {
        match $response {
            MGetRoomLiteData(MGetRoomLiteDataResult::Ok($answer)) => $read,
            GetRoomFullData(GetRoomFullDataResult::Ok($answer)) => $read,
            GetPinCardData(GetPinCardDataResult::Ok($answer)) => $read,
            GetLiveBagData(GetLiveBagDataResult::Ok($answer)) => $read,
            GetLiveBagPreviewData(GetLiveBagPreviewDataResult::Ok($answer)) => $read,
            GetLiveBagAssemble(GetLiveBagAssembleResult::Ok($answer)) => $read,
            GetLiveBagRefresh(GetLiveBagRefreshResult::Ok($answer)) => $read,
            GetPreviewPinCardData(GetPreviewPinCardDataResult::Ok($answer)) => $read,
            GetLiveBagTab(GetLiveBagTabResult::Ok($answer)) => $read,
            GetLiveBagTopBanner(GetLiveBagTopBannerResult::Ok($answer)) => $read,
            GetLiveBagPromotionBanner(GetLiveBagPromotionBannerResult::Ok($answer)) => $read,
            GetLiveBagCreatorShopInfo(GetLiveBagCreatorShopInfoResult::Ok($answer)) => $read,
            GetLiveRoomCommonInfo(GetLiveRoomCommonInfoResult::Ok($answer)) => $read,
            GetSurpriseSetDetail(GetSurpriseSetDetailResult::Ok($answer)) => $read,
            MGetFcpEcomComponent(MGetFcpEcomComponentResult::Ok($answer)) => $read,
        }
    };
}

/// The caller's own statement about itself, `Base` of a request.
#[must_use]
pub const fn base(request: &LivePackServiceRequestRecv) -> Option<&Base> {
    of_request!(request, call => call.req.base.as_ref())
}

/// The viewer of a request; 0: a guest.
#[must_use]
pub const fn user(request: &LivePackServiceRequestRecv) -> i64 {
    of_request!(request, call => call.req.user.user_id)
}

/// The path of the viewer's id in every call, as field numbers: the request, its user, the user's id. Without it, the
/// viewer is a guest.
pub const USER: [i16; 3] = [1, 2, 1];

/// The business status of an answer, `BaseResp.StatusCode`.
#[must_use]
pub const fn status_code(answer: &LivePackServiceResponseSend) -> i32 {
    of_answer!(answer, answer => answer.base_resp.status_code)
}

/// An answer that contains only a status.
#[must_use]
pub fn refusal(method: Method, status_code: i32, status_message: FastStr) -> LivePackServiceResponseSend {
    let mut answer = match method {
        Method::MGetRoomLiteData => MGetRoomLiteData(MGetRoomLiteDataResult::Ok(Default::default())),
        Method::GetRoomFullData => GetRoomFullData(GetRoomFullDataResult::Ok(Default::default())),
        Method::GetPinCardData => GetPinCardData(GetPinCardDataResult::Ok(Default::default())),
        Method::GetLiveBagData => GetLiveBagData(GetLiveBagDataResult::Ok(Default::default())),
        Method::GetLiveBagPreviewData => GetLiveBagPreviewData(GetLiveBagPreviewDataResult::Ok(Default::default())),
        Method::GetLiveBagAssemble => GetLiveBagAssemble(GetLiveBagAssembleResult::Ok(Default::default())),
        Method::GetLiveBagRefresh => GetLiveBagRefresh(GetLiveBagRefreshResult::Ok(Default::default())),
        Method::GetPreviewPinCardData => GetPreviewPinCardData(GetPreviewPinCardDataResult::Ok(Default::default())),
        Method::GetLiveBagTab => GetLiveBagTab(GetLiveBagTabResult::Ok(Default::default())),
        Method::GetLiveBagTopBanner => GetLiveBagTopBanner(GetLiveBagTopBannerResult::Ok(Default::default())),
        Method::GetLiveBagPromotionBanner => {
            GetLiveBagPromotionBanner(GetLiveBagPromotionBannerResult::Ok(Default::default()))
        }
        Method::GetLiveBagCreatorShopInfo => {
            GetLiveBagCreatorShopInfo(GetLiveBagCreatorShopInfoResult::Ok(Default::default()))
        }
        Method::GetLiveRoomCommonInfo => GetLiveRoomCommonInfo(GetLiveRoomCommonInfoResult::Ok(Default::default())),
        Method::GetSurpriseSetDetail => GetSurpriseSetDetail(GetSurpriseSetDetailResult::Ok(Default::default())),
        Method::MGetFcpEcomComponent => MGetFcpEcomComponent(MGetFcpEcomComponentResult::Ok(Default::default())),
    };
    of_answer!(&mut answer, answer => answer.base_resp = BaseResp { status_message, status_code, extra: None });
    answer
}

/// Calls the macro `$each` with one line per method: `snake_name WireName RequestType ResponseType;`.
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
    fn a_method_is_found_by_its_place_and_by_its_name() {
        for (place, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method.index(), place);
            assert_eq!(Method::named(method.name()), Some(method));
        }
    }

    #[test]
    fn a_name_is_spelt_exactly_so() {
        assert_eq!(Method::named("getLiveBagTab"), None);
    }

    #[test]
    fn the_status_is_read_from_the_envelope() {
        let mut answer = live_pack_idl::live_pack::GetLiveBagTabResponse::default();
        answer.base_resp.status_code = 20001;
        assert_eq!(status_code(&GetLiveBagTab(GetLiveBagTabResult::Ok(answer))), 20001);
    }

    #[test]
    fn a_refusal_is_an_answer_of_its_method_with_a_status_and_nothing_else() {
        for method in Method::ALL {
            let answer = refusal(method, 10_006, FastStr::from_static_str("later"));
            assert_eq!(status_code(&answer), 10_006, "{method:?}");
            let (text, name) = (format!("{answer:?}"), method.name());
            assert!(text.starts_with(&format!("{name}(Ok({name}Response {{")), "{text}");
        }
    }
}
