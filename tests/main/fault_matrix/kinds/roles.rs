//! For each service, a method that needs it weakly and one that needs it strongly, with the losses caused by partial faults.

use live_pack_dal::Downstream;

/// The loss of a method by a fault that affects only part of the data that it requests from a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// As if the whole service failed.
    Everything,
    /// These tasks are degraded.
    Tasks(&'static str),
    /// Nothing: there is no such part.
    Nothing,
}

/// A method that needs a service.
pub(super) struct Need {
    pub(super) method: &'static str,
    /// The loss if texts of the answers are not UTF-8; `Nothing` if there are only numbers.
    pub(super) texts: Loss,
    /// Whether some keys of a batch can fail and others not, which needs several keys.
    pub(super) several: bool,
    /// The loss if all keys fail.
    pub(super) keys: Loss,
}

/// A method that needs a service weakly, and one that needs it strongly.
pub(super) struct Roles {
    pub(super) service: Downstream,
    pub(super) weak: Need,
    pub(super) strong: Need,
    /// The task of `LiveBagProductsEngine` that configuration makes strong for the second method; `None` if none is needed.
    pub(super) made_strong: Option<&'static str>,
}

pub(super) const BAG: &str = "GetLiveBagData";

/// Batches of several keys, with texts.
const fn batches(method: &'static str) -> Need {
    Need { method, texts: Loss::Everything, several: true, keys: Loss::Everything }
}

/// Batches of several keys, without texts.
const fn numbers(method: &'static str) -> Need {
    Need { texts: Loss::Nothing, ..batches(method) }
}

/// Batches of one key, with texts.
const fn one_key(method: &'static str) -> Need {
    Need { several: false, ..batches(method) }
}

pub(super) const ROLES: [Roles; 12] = [
    Roles {
        service: Downstream::ProductRelation,
        // the bag is requested by its room, which is not a batch key
        weak: Need {
            several: false,
            keys: Loss::Tasks("BagSummaryProvider PopCardProvider"),
            ..numbers("GetRoomFullData")
        },
        strong: Need { several: false, keys: Loss::Tasks("PopCardProvider"), ..numbers(BAG) },
        made_strong: None,
    },
    Roles {
        service: Downstream::ProductModel,
        // the age of an account has no key
        weak: Need { several: false, keys: Loss::Nothing, ..numbers("MGetRoomLiteData") },
        strong: batches(BAG),
        made_strong: None,
    },
    Roles {
        service: Downstream::ProductDetail,
        weak: batches(BAG),
        strong: batches(BAG),
        made_strong: Some("ProductDetailLoader"),
    },
    Roles {
        service: Downstream::ProductPrice,
        weak: batches("GetRoomFullData"),
        strong: batches(BAG),
        made_strong: None,
    },
    Roles {
        service: Downstream::PromotionRenderer,
        // windows of flash sales have no texts
        weak: Need { texts: Loss::Tasks("PromotionDisplayInfoLoader"), ..batches(BAG) },
        strong: batches(BAG),
        made_strong: Some("PromotionDisplayInfoLoader"),
    },
    Roles {
        service: Downstream::PromotionDelivery,
        weak: batches("GetLiveBagTab"),
        // banners are requested by room, claims by voucher
        strong: Need { keys: Loss::Tasks("VoucherLoader"), ..batches("GetLiveBagTopBanner") },
        made_strong: None,
    },
    Roles {
        service: Downstream::Auction,
        // the room has no auctions
        weak: Need { texts: Loss::Nothing, ..one_key("GetLiveBagTab") },
        strong: Need { keys: Loss::Nothing, ..one_key("GetSurpriseSetDetail") },
        made_strong: None,
    },
    Roles { service: Downstream::Cart, weak: numbers(BAG), strong: numbers(BAG), made_strong: Some("CartInfoLoader") },
    Roles {
        service: Downstream::TradeChain,
        weak: numbers(BAG),
        strong: numbers(BAG),
        made_strong: Some("TradeChainLoader"),
    },
    Roles {
        service: Downstream::LiveCreator,
        weak: batches("MGetRoomLiteData"),
        strong: one_key(BAG),
        made_strong: None,
    },
    Roles {
        service: Downstream::LiveData,
        weak: one_key("MGetFcpEcomComponent"),
        strong: one_key(BAG),
        made_strong: None,
    },
    Roles {
        service: Downstream::SellerCore,
        weak: batches(BAG),
        strong: batches(BAG),
        made_strong: Some("SellerLoader"),
    },
];
