//! The service: the table of its methods, and the plans and handlers generated from it.

mod plans;

use std::sync::Arc;

use live_pack_dal::config::{Centre, Conf, EngineConf, Fault, Key, Overlay};
use live_pack_engine::SideEffects;
use live_pack_entities::request::Resident;
use live_pack_idl::{
    for_each_method, live_pack,
    methods::{Method, MethodRequest},
};
use prometheus::Registry;
use volo_thrift::ServerError;

use crate::{
    answer::answer,
    engine_states::EngineStates,
    interface::Interface,
    interfaces,
    keeping::{KeepOptions, Keeping},
    metrics::EngineMetrics,
    plans::{AnyPlan, Compiler, Group, MethodPlans, unknown_names},
    service::{Service, ServiceOptions},
};

/// Failures to set up the service.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A metric name is already registered.
    #[error("a metric of the handlers cannot be registered")]
    Metrics(#[from] prometheus::Error),
}

/// The service. Resident; holds no request state.
#[derive(Debug, Clone)]
pub struct LivePack {
    centre: Centre<Plans>,
    service: Arc<Service>,
}

impl LivePack {
    /// Creates the service from its resident parts; `states` are those that its plans are compiled with. `side_effects` run
    /// after answers; their owner drains them. `keep` receives the records to keep.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn new(
        centre: Centre<Plans>,
        resident: Arc<Resident>,
        options: ServiceOptions,
        states: Arc<EngineStates>,
        side_effects: Arc<SideEffects>,
        keep: Option<KeepOptions>,
        registry: &Registry,
    ) -> Result<Self, SetupError> {
        let metrics = EngineMetrics::new(registry, states, &Plans::engines())?;
        let keeping = keep.map(|keep| Keeping::new(keep, registry)).transpose()?;
        Ok(Self { centre, service: Arc::new(Service { options, resident, metrics, keeping, side_effects }) })
    }
}

/// `field: Interface;`, one row per method: the names of its function and of its type.
macro_rules! methods {
    ($($field:ident: $interface:ident;)*) => {
        /// The plans of all methods under one configuration.
        #[derive(Debug)]
        pub struct Plans {
            $(#[doc = concat!("`", stringify!($interface), "`.")] $field: <interfaces::$interface as Interface>::Plans,)*
            /// The plans under each overlay of `AbConf`, at the same index.
            overlays: Vec<Plans>,
        }

        /// Every method.
        const METHODS: &[MethodPlans] = &[$(
            MethodPlans::of::<<interfaces::$interface as Interface>::Plans>(name_of::<interfaces::$interface>()),
        )*];

        impl Plans {
            /// Compiles every plan. `states` outlive the plans.
            ///
            /// # Errors
            /// All faults of all plans and flows, and entries that name an unknown method, engine or task.
            pub fn compile(conf: &Conf, states: &EngineStates) -> Result<Self, Vec<Fault>> {
                let mut plans = Self::compile_one(&conf.engines, states)?;
                let mut faults = Vec::new();
                for overlay in &conf.experiments.overlays {
                    match Self::compile_one(&conf.engines.under(overlay), states) {
                        Ok(compiled) => plans.overlays.push(compiled),
                        Err(found) => faults.extend(found.into_iter().map(|fault| of_overlay(overlay, fault))),
                    }
                }
                if faults.is_empty() { Ok(plans) } else { Err(faults) }
            }

            /// The plans of one configuration, without overlays.
            fn compile_one(engines: &EngineConf, states: &EngineStates) -> Result<Self, Vec<Fault>> {
                let mut compiler = Compiler::new(engines, states);
                compiler.faults = unknown_names(engines, METHODS);
                $(let $field = Group::compile(&mut compiler, name_of::<interfaces::$interface>());)*
                METHODS.iter().for_each(|method| compiler.check_alone(method));
                match ($($field,)*) {
                    ($(Some($field),)*) if compiler.faults.is_empty() => Ok(Self { $($field,)* overlays: Vec::new() }),
                    _ => Err(compiler.faults),
                }
            }

            /// The plan of the engine or flow with this name in `method`; `None` if there is none.
            #[must_use]
            pub fn plan(&self, method: &str, name: &str) -> Option<&dyn AnyPlan> {
                let mut found = None;
                let mut see = |plan| if AnyPlan::name(plan) == name { found = Some(plan) };
                $(if method == name_of::<interfaces::$interface>() {
                    self.$field.each(&mut see);
                })*
                found
            }
        }
    };
}

methods! {
    m_get_room_lite_data: MGetRoomLiteData;
    get_room_full_data: GetRoomFullData;
    get_pin_card_data: GetPinCardData;
    get_live_bag_data: GetLiveBagData;
    get_live_bag_preview_data: GetLiveBagPreviewData;
    get_live_bag_assemble: GetLiveBagAssemble;
    get_live_bag_refresh: GetLiveBagRefresh;
    get_preview_pin_card_data: GetPreviewPinCardData;
    get_live_bag_tab: GetLiveBagTab;
    get_live_room_common_info: GetLiveRoomCommonInfo;
    m_get_fcp_ecom_component: MGetFcpEcomComponent;
    get_live_bag_top_banner: GetLiveBagTopBanner;
    get_live_bag_promotion_banner: GetLiveBagPromotionBanner;
    get_live_bag_creator_shop_info: GetLiveBagCreatorShopInfo;
    get_surprise_set_detail: GetSurpriseSetDetail;
}

impl Plans {
    /// The plans under an overlay.
    #[must_use]
    pub fn under(&self, overlay: Option<usize>) -> &Self {
        overlay.and_then(|overlay| self.overlays.get(overlay)).unwrap_or(self)
    }
}

/// A fault of plans under an overlay, at the path of the overlay.
fn of_overlay(overlay: &Overlay, fault: Fault) -> Fault {
    let below = fault.path.strip_prefix("engines").unwrap_or_default();
    Fault { key: Key::Ab.name().into(), path: format!("{}{below}", overlay.path), ..fault }
}

/// The method served by an interface, as spelled in configuration and logs.
const fn name_of<I: Interface>() -> &'static str {
    Method::name(I::Request::METHOD)
}

/// Implements the generated service; does not compile if `methods!` lacks a method of the IDL.
macro_rules! serve {
    ($($field:ident $method:ident($request:ident => $response:ident): $result:ident { $($common:ident)* };)*) => {
        impl live_pack::LivePackService for LivePack {
            $(async fn $field(&self, req: live_pack::$request) -> Result<live_pack::$response, ServerError> {
                let snapshot = self.centre.snapshot();
                let plans = |overlay| &snapshot.derived.under(overlay).$field;
                Ok(answer::<interfaces::$method, _>(&self.service, &snapshot, plans, req).await)
            })*
        }
    };
}
for_each_method!(serve);
