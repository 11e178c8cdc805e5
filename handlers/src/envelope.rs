//! The common parts of the requests and the answers of all interfaces.

use live_pack_idl::{
    base::{Base, BaseResp},
    live_pack::{self as wire, Degraded, RoomStatus, UserContext},
};

/// A request of the contract.
pub(crate) trait Request: Send + Sync {
    /// The viewer, as stated by the client.
    fn user(&self) -> &UserContext;
    /// The caller's own statement about itself.
    fn base(&self) -> Option<&Base>;
}

/// An answer of the contract.
pub(crate) trait Response: Default + Send {
    /// The fields that every interface fills in the same way.
    fn envelope(&mut self) -> Envelope<'_>;
}

/// The fields of an answer that every interface fills in the same way.
pub(crate) struct Envelope<'a> {
    pub(crate) base_resp: &'a mut BaseResp,
    pub(crate) degraded: &'a mut Vec<Degraded>,
    /// `None`: the answer is about several rooms.
    pub(crate) room_status: Option<&'a mut Option<RoomStatus>>,
    /// `None`: the answer contains no time, or has it in an inner part.
    pub(crate) server_now_ms: Option<&'a mut i64>,
}

macro_rules! envelopes {
    ($($request:ident => $response:ident { $($field:ident),* };)*) => {$(
        impl Request for wire::$request {
            fn user(&self) -> &UserContext {
                &self.user
            }

            fn base(&self) -> Option<&Base> {
                self.base.as_ref()
            }
        }

        impl Response for wire::$response {
            fn envelope(&mut self) -> Envelope<'_> {
                #[allow(unused_mut, reason = "not every answer has more fields")]
                let mut envelope = Envelope {
                    base_resp: &mut self.base_resp,
                    degraded: &mut self.degraded,
                    room_status: None,
                    server_now_ms: None,
                };
                $(envelope.$field = Some(&mut self.$field);)*
                envelope
            }
        }
    )*};
}

envelopes! {
    MGetRoomLiteDataRequest => MGetRoomLiteDataResponse {};
    GetRoomFullDataRequest => GetRoomFullDataResponse { room_status };
    GetPinCardDataRequest => GetPinCardDataResponse { room_status };
    GetLiveBagDataRequest => GetLiveBagDataResponse { room_status, server_now_ms };
    GetLiveBagPreviewDataRequest => GetLiveBagPreviewDataResponse { room_status };
    GetLiveBagAssembleRequest => GetLiveBagAssembleResponse { room_status };
    GetLiveBagRefreshRequest => GetLiveBagRefreshResponse { room_status, server_now_ms };
    GetPreviewPinCardDataRequest => GetPreviewPinCardDataResponse { room_status };
    GetLiveBagTabRequest => GetLiveBagTabResponse { room_status };
    GetLiveBagTopBannerRequest => GetLiveBagTopBannerResponse { room_status };
    GetLiveBagPromotionBannerRequest => GetLiveBagPromotionBannerResponse { room_status };
    GetLiveBagCreatorShopInfoRequest => GetLiveBagCreatorShopInfoResponse { room_status };
    GetLiveRoomCommonInfoRequest => GetLiveRoomCommonInfoResponse { room_status };
    GetSurpriseSetDetailRequest => GetSurpriseSetDetailResponse { room_status };
    MGetFcpEcomComponentRequest => MGetFcpEcomComponentResponse {};
}
