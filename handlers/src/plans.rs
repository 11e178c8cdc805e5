//! The plans of all methods: engines and configuration, compiled together off the request path.
//!
//! The tables below list the engines of each method; everything else about plans follows from them.

mod compile;
mod composed;
mod strangers;

use std::collections::BTreeSet;

use live_pack_dal::{
    Downstream,
    config::{Conf, Fault},
};
use live_pack_engine::{
    AnyPlan as PlanOf, Plan, Scene,
    flow::{Business, Flow},
};
use live_pack_entities::{
    asks::ASKS,
    converters::{
        AuctionCards, BagTabs, FcpComponents, LiveBagProducts, PinnedCard, PreviewCards, PromotionBanners, Refreshed,
        RoomCommonInfo, RoomLites, ShopInfo, SurpriseSetDetail, TopBanners,
    },
    scene::{AuctionScene, BagScene, BannerScene, PrizeScene, RoomScene, VoucherScene},
};
use serde_json::Value;

use self::compile::Compiler;
pub(crate) use self::composed::{Compose, Composed};
use crate::{
    engine_states::EngineStates,
    engines::{
        creator_shop_engine, fcp_component_engine, live_bag_auction_engine, live_bag_preview_engine,
        live_bag_products_engine, live_bag_products_refresh_engine, live_bag_tab_engine, pin_card_data_engine,
        preview_pin_card_data_engine, promotion_banner_engine, room_common_engine, room_data_engine, room_lite_engine,
        surprise_set_engine, top_banner_engine,
    },
};

/// A plan, whatever its scene, or a flow, whatever its business; for display.
pub trait AnyPlan {
    /// The name of the engine or the flow.
    fn name(&self) -> &'static str;
    /// The effective plan, as text.
    fn explain(&self) -> String;
    /// The effective plan, as JSON, with the origin of each value.
    fn explain_json(&self) -> Value;
    /// A picture of the tasks and their edges, or of the steps and their branches, as Mermaid.
    fn explain_mermaid(&self) -> String;
    /// The same picture, as Graphviz.
    fn explain_dot(&self) -> String;
}

impl<S: Scene> AnyPlan for PlanOf<S> {
    fn name(&self) -> &'static str {
        self.engine()
    }

    fn explain(&self) -> String {
        PlanOf::explain(self)
    }

    fn explain_json(&self) -> Value {
        PlanOf::explain_json(self)
    }

    fn explain_mermaid(&self) -> String {
        PlanOf::explain_mermaid(self)
    }

    fn explain_dot(&self) -> String {
        PlanOf::explain_dot(self)
    }
}

impl<K: Business> AnyPlan for Flow<K> {
    fn name(&self) -> &'static str {
        Self::name(self)
    }

    fn explain(&self) -> String {
        Self::explain(self)
    }

    fn explain_json(&self) -> Value {
        Self::explain_json(self)
    }

    fn explain_mermaid(&self) -> String {
        Self::explain_mermaid(self)
    }

    fn explain_dot(&self) -> String {
        Self::explain_dot(self)
    }
}

/// Sees the name of an engine and those of its tasks.
type SeeEngine<'a> = &'a mut dyn FnMut(&'static str, &mut dyn Iterator<Item = &'static str>);

/// Sees the name of a flow.
type SeeFlow<'a> = &'a mut dyn FnMut(&'static str);

/// A method, with the engines and the flows it runs.
struct Method {
    name: &'static str,
    engines: fn(SeeEngine<'_>),
    flows: fn(SeeFlow<'_>),
}

/// A set of plans that a method runs together.
pub(crate) trait Group: Sized {
    /// Shows the engines, as they are before any configuration.
    fn engines(see: SeeEngine<'_>);
    /// Shows the flows, the outer one first.
    fn flows(see: SeeFlow<'_>);
    /// Compiles all plans even if one fails, so that all faults are reported.
    fn compile(compiler: &mut Compiler<'_>, method: &str) -> Option<Self>;
    /// Shows the plans.
    fn each<'a>(&'a self, see: &mut dyn FnMut(&'a dyn AnyPlan));
}

/// `Group { plan: Scene => Answer = engine; … } with { part: Group; … }`: one plan per line, then the inner groups, if
/// any.
macro_rules! groups {
    ($($(#[$about:meta])* $group:ident {
        $($(#[$about_plan:meta])* $plan:ident: $scene:ident => $answer:ident = $engine:ident;)*
    } with {
        $($(#[$about_part:meta])* $part:ident: $inner:ty;)*
    })*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub(crate) struct $group {
            $($(#[$about_plan])* pub(crate) $plan: Plan<$scene, $answer>,)*
            $($(#[$about_part])* pub(crate) $part: $inner,)*
        }

        impl Group for $group {
            fn engines(see: SeeEngine<'_>) {
                $({
                    let definition = $engine();
                    see(definition.engine(), &mut definition.task_names());
                })*
                $(<$inner>::engines(see);)*
            }

            fn flows(_see: SeeFlow<'_>) {
                $(<$inner>::flows(_see);)*
            }

            fn compile(compiler: &mut Compiler<'_>, method: &str) -> Option<Self> {
                $(let $plan = compiler.plan(method, $engine());)*
                $(let $part = <$inner>::compile(compiler, method);)*
                Some(Self { $($plan: $plan?,)* $($part: $part?,)* })
            }

            fn each<'a>(&'a self, see: &mut dyn FnMut(&'a dyn AnyPlan)) {
                $(see(&*self.$plan);)*
                $(self.$part.each(see);)*
            }
        }
    )*};
}

macro_rules! methods {
    ($($method:literal => $field:ident: $group:ty;)*) => {
        /// The plans of all methods under one configuration.
        #[derive(Debug)]
        pub struct Plans {
            $(#[doc = concat!("`", $method, "`.")] pub(crate) $field: $group,)*
        }

        /// Every method.
        const METHODS: &[Method] =
            &[$(Method { name: $method, engines: <$group>::engines, flows: <$group>::flows },)*];

        impl Plans {
            /// Compiles every plan. `states` outlive the plans.
            ///
            /// # Errors
            /// All faults of all plans and flows, and entries that name an unknown method, engine or task.
            pub fn compile(conf: &Conf, states: &EngineStates) -> Result<Self, Vec<Fault>> {
                let mut compiler = Compiler::new(&conf.engines, states);
                compiler.faults = strangers::strangers(conf);
                $(let $field = <$group>::compile(&mut compiler, $method);)*
                METHODS.iter().for_each(|method| compiler.check_alone(method));
                match ($($field,)*) {
                    ($(Some($field),)*) if compiler.faults.is_empty() => Ok(Self { $($field,)* }),
                    _ => Err(compiler.faults),
                }
            }

            /// The plan of the engine, or the flow, of this name in `method`; `None`: there is no such pair.
            #[must_use]
            pub fn plan(&self, method: &str, name: &str) -> Option<&dyn AnyPlan> {
                let mut found = None;
                let mut see = |plan| if AnyPlan::name(plan) == name { found = Some(plan) };
                match method {
                    $($method => self.$field.each(&mut see),)*
                    _ => {}
                }
                found
            }
        }
    };
}

groups! {
    /// The engines of a page of the bag.
    BagPlans {
        /// Strong: the page.
        products: BagScene => LiveBagProducts = live_bag_products_engine;
        /// Weak: the auctions.
        auction: AuctionScene => AuctionCards = live_bag_auction_engine;
        /// Weak: the pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
        /// Weak: the tabs.
        tab: BagScene => BagTabs = live_bag_tab_engine;
    } with {}
    /// The engine of the pinned card.
    PinPlans {
        /// The pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
    } with {}
    /// The engine of the bag before entering.
    PreviewPlans {
        /// Products in stock.
        preview: BagScene => PreviewCards = live_bag_preview_engine;
    } with {}
    /// The engine of a screen refresh.
    RefreshPlans {
        /// The products and auctions on the screen.
        refresh: BagScene => Refreshed = live_bag_products_refresh_engine;
    } with {}
    /// The engine of the pinned product before entering.
    PreviewPinPlans {
        /// The pinned product.
        pin: BagScene => PinnedCard = preview_pin_card_data_engine;
    } with {}
    /// The engine of many rooms.
    RoomLitePlans {
        /// The rooms.
        rooms: RoomScene => RoomLites = room_lite_engine;
    } with {}
    /// The engine of the room that the viewer is in.
    RoomCommonPlans {
        /// The room.
        room: RoomScene => RoomCommonInfo = room_common_engine;
    } with {}
    /// The engine of a slot in a feed.
    FcpPlans {
        /// The components of one slot.
        slot: BagScene => FcpComponents = fcp_component_engine;
    } with {}
    /// The engine of the tabs.
    TabPlans {
        /// The tabs.
        tab: BagScene => BagTabs = live_bag_tab_engine;
    } with {}
    /// The engine of the banners above the bag.
    TopBannerPlans {
        /// The banners.
        banners: BannerScene => TopBanners = top_banner_engine;
    } with {}
    /// The engine of the vouchers of a room.
    PromotionBannerPlans {
        /// The vouchers and their banner.
        vouchers: VoucherScene => PromotionBanners = promotion_banner_engine;
    } with {}
    /// The engine of the creator's shop.
    CreatorShopPlans {
        /// The shop.
        shop: BagScene => ShopInfo = creator_shop_engine;
    } with {}
    /// The engines of entering a room.
    RoomFullPlans {
        /// Strong: the room.
        room: RoomScene => RoomCommonInfo = room_data_engine;
        /// Weak: the pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
    } with {
        /// Weak: products in stock.
        preview: PreviewPlans;
        /// Weak: the banners.
        banners: TopBannerPlans;
        /// Weak: the creator's shop.
        shop: CreatorShopPlans;
    }
    /// The engines of everything around the bag.
    AssemblePlans {
    } with {
        /// Strong: the page of the bag.
        bag: Composed<BagPlans>;
        /// Strong: the room.
        room: RoomCommonPlans;
        /// Weak: the banners.
        banners: TopBannerPlans;
        /// Weak: the vouchers.
        vouchers: PromotionBannerPlans;
        /// Weak: the creator's shop.
        shop: CreatorShopPlans;
    }
    /// The engine of a surprise set.
    SurpriseSetPlans {
        /// The set.
        set: PrizeScene => SurpriseSetDetail = surprise_set_engine;
    } with {}
}

methods! {
    "MGetRoomLiteData" => m_get_room_lite_data: RoomLitePlans;
    "GetRoomFullData" => get_room_full_data: Composed<RoomFullPlans>;
    "GetPinCardData" => get_pin_card_data: PinPlans;
    "GetLiveBagData" => get_live_bag_data: Composed<BagPlans>;
    "GetLiveBagPreviewData" => get_live_bag_preview_data: PreviewPlans;
    "GetLiveBagAssemble" => get_live_bag_assemble: Composed<AssemblePlans>;
    "GetLiveBagRefresh" => get_live_bag_refresh: RefreshPlans;
    "GetPreviewPinCardData" => get_preview_pin_card_data: PreviewPinPlans;
    "GetLiveBagTab" => get_live_bag_tab: TabPlans;
    "GetLiveRoomCommonInfo" => get_live_room_common_info: RoomCommonPlans;
    "MGetFcpEcomComponent" => m_get_fcp_ecom_component: FcpPlans;
    "GetLiveBagTopBanner" => get_live_bag_top_banner: TopBannerPlans;
    "GetLiveBagPromotionBanner" => get_live_bag_promotion_banner: PromotionBannerPlans;
    "GetLiveBagCreatorShopInfo" => get_live_bag_creator_shop_info: CreatorShopPlans;
    "GetSurpriseSetDetail" => get_surprise_set_detail: SurpriseSetPlans;
}

impl Plans {
    /// The effective plan of the engine, or the flow, of this name in `method`, as text; `None`: there is no such pair.
    #[must_use]
    pub fn explain(&self, method: &str, name: &str) -> Option<String> {
        self.plan(method, name).map(AnyPlan::explain)
    }

    /// The downstream services that a strong task of an enabled engine asks, in the order of their numbers. A task that
    /// is strong in some requests counts.
    #[must_use]
    pub fn strong_downstreams(&self) -> Vec<Downstream> {
        let mut asked = BTreeSet::new();
        for plan in Self::engines().into_iter().filter_map(|(method, engine)| self.plan(method, engine)) {
            let plan = plan.explain_json();
            for task in plan.get("tasks").and_then(Value::as_array).into_iter().flatten() {
                let at = |pointer| task.pointer(pointer).unwrap_or(&Value::Null);
                if *at("/enabled/value") == true && *at("/strength/value") != "weak" {
                    let of = ASKS.iter().find(|(name, _)| *at("/task") == *name);
                    asked.extend(of.into_iter().flat_map(|(_, services)| services.iter().copied()));
                }
            }
        }
        asked.into_iter().collect()
    }

    /// Every method and the engines it runs.
    #[must_use]
    pub fn engines() -> Vec<(&'static str, &'static str)> {
        let mut all = Vec::new();
        for method in METHODS {
            (method.engines)(&mut |engine, _| all.push((method.name, engine)));
        }
        all
    }

    /// Every method of several engines, and the flows that compose them.
    #[must_use]
    pub fn flows() -> Vec<(&'static str, &'static str)> {
        let mut all = Vec::new();
        for method in METHODS {
            (method.flows)(&mut |flow| all.push((method.name, flow)));
        }
        all
    }
}

#[cfg(test)]
mod tests;
