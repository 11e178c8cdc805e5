//! The service: the state that all handlers share, and the table of the fifteen methods.

use std::sync::Arc;

use live_pack_dal::{
    clock::Clock,
    config::{Centre, Environment},
    model::Region,
};
use live_pack_engine::SideEffects;
use live_pack_entities::request::Resident;
use live_pack_idl::live_pack as wire;
use prometheus::Registry;
use volo_thrift::ServerError;

use crate::{engine_states::EngineStates, interface::answer, interfaces, metrics::EngineMetrics, plans::Plans};

/// The environment of the service.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The clock.
    pub clock: Clock,
    /// The environment, which decides the permitted test aids.
    pub environment: Environment,
    /// Region of a viewer whose region is unknown; `None`: the default of `RegionConf`.
    pub default_region: Option<Region>,
}

/// Failures to set up the service.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A metric of ours is already registered.
    #[error("a metric of the handlers cannot be registered")]
    Metrics(#[from] prometheus::Error),
}

/// The service. Resident; holds no state of any request.
#[derive(Clone)]
pub struct LivePack {
    pub(crate) centre: Centre<Plans>,
    pub(crate) resident: Arc<Resident>,
    pub(crate) clock: Clock,
    pub(crate) environment: Environment,
    /// Region of a viewer whose region is unknown; `None`: the default of `RegionConf`.
    pub(crate) default_region: Option<Region>,
    pub(crate) metrics: Arc<EngineMetrics>,
    pub(crate) side_effects: Arc<SideEffects>,
}

impl std::fmt::Debug for LivePack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LivePack").field("environment", &self.environment).finish_non_exhaustive()
    }
}

impl LivePack {
    /// The service over its resident parts; `states` are those that its plans are compiled with. `side_effects` run
    /// after answers; their owner drains them.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn new(
        centre: Centre<Plans>,
        resident: Arc<Resident>,
        place: Place,
        states: Arc<EngineStates>,
        side_effects: Arc<SideEffects>,
        registry: &Registry,
    ) -> Result<Self, SetupError> {
        let Place { clock, environment, default_region } = place;
        let metrics = Arc::new(EngineMetrics::new(registry, states)?);
        Ok(Self { centre, resident, clock, environment, default_region, metrics, side_effects })
    }
}

macro_rules! methods {
    ($($method:ident: $interface:ident($request:ident => $response:ident);)*) => {
        impl wire::LivePackService for LivePack {
            $(async fn $method(&self, req: wire::$request) -> Result<wire::$response, ServerError> {
                Ok(answer::<interfaces::$interface>(self, req).await)
            })*
        }
    };
}

methods! {
    m_get_room_lite_data: MGetRoomLiteData(MGetRoomLiteDataRequest => MGetRoomLiteDataResponse);
    get_room_full_data: GetRoomFullData(GetRoomFullDataRequest => GetRoomFullDataResponse);
    get_pin_card_data: GetPinCardData(GetPinCardDataRequest => GetPinCardDataResponse);
    get_live_bag_data: GetLiveBagData(GetLiveBagDataRequest => GetLiveBagDataResponse);
    get_live_bag_preview_data:
        GetLiveBagPreviewData(GetLiveBagPreviewDataRequest => GetLiveBagPreviewDataResponse);
    get_live_bag_assemble: GetLiveBagAssemble(GetLiveBagAssembleRequest => GetLiveBagAssembleResponse);
    get_live_bag_refresh: GetLiveBagRefresh(GetLiveBagRefreshRequest => GetLiveBagRefreshResponse);
    get_preview_pin_card_data:
        GetPreviewPinCardData(GetPreviewPinCardDataRequest => GetPreviewPinCardDataResponse);
    get_live_bag_tab: GetLiveBagTab(GetLiveBagTabRequest => GetLiveBagTabResponse);
    get_live_bag_top_banner: GetLiveBagTopBanner(GetLiveBagTopBannerRequest => GetLiveBagTopBannerResponse);
    get_live_bag_promotion_banner:
        GetLiveBagPromotionBanner(GetLiveBagPromotionBannerRequest => GetLiveBagPromotionBannerResponse);
    get_live_bag_creator_shop_info:
        GetLiveBagCreatorShopInfo(GetLiveBagCreatorShopInfoRequest => GetLiveBagCreatorShopInfoResponse);
    get_live_room_common_info:
        GetLiveRoomCommonInfo(GetLiveRoomCommonInfoRequest => GetLiveRoomCommonInfoResponse);
    get_surprise_set_detail: GetSurpriseSetDetail(GetSurpriseSetDetailRequest => GetSurpriseSetDetailResponse);
    m_get_fcp_ecom_component: MGetFcpEcomComponent(MGetFcpEcomComponentRequest => MGetFcpEcomComponentResponse);
}
