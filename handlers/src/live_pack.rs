//! The service: what every handler shares, and the table of the fifteen methods.

use std::sync::Arc;

use live_pack_dal::{
    clock::Clock,
    config::{Centre, Environment},
    model::Region,
};
use live_pack_engine::Pressures;
use live_pack_entities::request::Resident;
use live_pack_idl::live_pack as wire;
use prometheus::Registry;
use volo_thrift::ServerError;

use crate::{
    interface::answer,
    interfaces,
    metrics::EngineMetrics,
    plans::Plans,
    status::{Status, code},
};

/// The service. Resident; holds nothing of any request.
#[derive(Clone)]
pub struct LivePack {
    pub(crate) centre: Centre<Plans>,
    pub(crate) resident: Arc<Resident>,
    pub(crate) clock: Clock,
    pub(crate) environment: Environment,
    /// Where a viewer is of whom nothing is known; `None`: what `RegionConf` says.
    pub(crate) default_region: Option<Region>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl std::fmt::Debug for LivePack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePack").field("environment", &self.environment).finish_non_exhaustive()
    }
}

impl LivePack {
    /// The service over what is resident; `pressures` are those that its plans are compiled with.
    ///
    /// # Errors
    /// A metric of ours is registered already.
    pub fn new(
        centre: Centre<Plans>,
        resident: Arc<Resident>,
        clock: Clock,
        environment: Environment,
        default_region: Option<Region>,
        pressures: Arc<Pressures>,
        registry: &Registry,
    ) -> Result<Self, prometheus::Error> {
        let metrics = Arc::new(EngineMetrics::new(registry, pressures)?);
        Ok(Self { centre, resident, clock, environment, default_region, metrics })
    }
}

/// The methods that are not built yet answer so.
fn not_implemented() -> Status {
    Status::new(code::INTERNAL, "not implemented")
}

macro_rules! methods {
    (built { $($built:ident: $interface:ident($built_req:ident => $built_resp:ident);)* }
     not_built { $($method:ident: $req:ident => $resp:ident;)* }) => {
        impl wire::LivePackService for LivePack {
            $(async fn $built(&self, req: wire::$built_req) -> Result<wire::$built_resp, ServerError> {
                Ok(answer::<interfaces::$interface>(self, req).await)
            })*
            $(async fn $method(&self, _req: wire::$req) -> Result<wire::$resp, ServerError> {
                Ok(wire::$resp { base_resp: not_implemented().into_base_resp(), ..Default::default() })
            })*
        }
    };
}

methods! {
    built {
        get_pin_card_data: GetPinCardData(GetPinCardDataRequest => GetPinCardDataResponse);
        get_live_bag_data: GetLiveBagData(GetLiveBagDataRequest => GetLiveBagDataResponse);
        get_live_bag_preview_data: GetLiveBagPreviewData(GetLiveBagPreviewDataRequest => GetLiveBagPreviewDataResponse);
        get_live_bag_refresh: GetLiveBagRefresh(GetLiveBagRefreshRequest => GetLiveBagRefreshResponse);
        get_preview_pin_card_data: GetPreviewPinCardData(GetPreviewPinCardDataRequest => GetPreviewPinCardDataResponse);
        m_get_room_lite_data: MGetRoomLiteData(MGetRoomLiteDataRequest => MGetRoomLiteDataResponse);
        get_live_room_common_info: GetLiveRoomCommonInfo(GetLiveRoomCommonInfoRequest => GetLiveRoomCommonInfoResponse);
        m_get_fcp_ecom_component: MGetFcpEcomComponent(MGetFcpEcomComponentRequest => MGetFcpEcomComponentResponse);
        get_live_bag_tab: GetLiveBagTab(GetLiveBagTabRequest => GetLiveBagTabResponse);
        get_live_bag_top_banner: GetLiveBagTopBanner(GetLiveBagTopBannerRequest => GetLiveBagTopBannerResponse);
        get_live_bag_promotion_banner: GetLiveBagPromotionBanner(GetLiveBagPromotionBannerRequest => GetLiveBagPromotionBannerResponse);
        get_live_bag_creator_shop_info: GetLiveBagCreatorShopInfo(GetLiveBagCreatorShopInfoRequest => GetLiveBagCreatorShopInfoResponse);
        get_surprise_set_detail: GetSurpriseSetDetail(GetSurpriseSetDetailRequest => GetSurpriseSetDetailResponse);
    }
    not_built {
        get_room_full_data: GetRoomFullDataRequest => GetRoomFullDataResponse;
        get_live_bag_assemble: GetLiveBagAssembleRequest => GetLiveBagAssembleResponse;
    }
}
