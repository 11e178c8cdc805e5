//! The expected effects of failures: strong services per method, degraded tasks for weak ones, and missing fields.

use std::collections::BTreeSet;

use serde_json::Value;

use self::Due::{Strong as S, Untouched as U, Weak};
use crate::json_client::each_field;

/// The expected effect of a service's failure on a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// It is not called.
    Untouched,
    /// The method fails.
    Strong,
    /// The method answers and reports these tasks: `A|B` means one of the two, as they share a call; `A?` may be cancelled
    /// before it fails itself.
    Weak(&'static str),
}

/// The services, in the order of the columns.
pub(super) const SERVICES: [&str; 12] = [
    "product_relation",
    "product_model",
    "product_detail",
    "product_price",
    "promotion_renderer",
    "promotion_delivery",
    "auction",
    "cart",
    "trade_chain",
    "live_creator",
    "live_data",
    "seller_core",
];

const SALES: Due = Weak("FlashWindowProvider PromotionDisplayInfoLoader");
const WINDOWS: Due = Weak("FlashWindowProvider");
const RENDERED: Due = Weak("PromotionDisplayInfoLoader");
const DETAIL: Due = Weak("ProductDetailLoader");
const PRICE: Due = Weak("ProductPriceLoader");
const SELLER: Due = Weak("SellerLoader");
const CART: Due = Weak("CartInfoLoader");
const TRADE: Due = Weak("TradeChainLoader");
const BIDDER: Due = Weak("BidderStateLoader");
const AUCTIONS: Due = Weak("AuctionListProvider");
const BIDDING: Due = Weak("AuctionListProvider BidderStateLoader");
const ON_SCREEN: Due = Weak("AuctionLoader BidderStateLoader");
const VOUCHER: Due = Weak("VoucherProvider");
const VOUCHERS: Due = Weak("VoucherLoader|VoucherProvider");
const STATUS: Due = Weak("ProductStatusProvider");
const LIST: Due = Weak("ProductListProvider");
/// Without the account's age, only products for all ages are counted.
const AGE: Due = Weak("BagSummaryProvider");
const ROOM: Due = Weak("BagSummaryProvider PopCardProvider");

/// Method by service.
#[rustfmt::skip]
pub(super) const EXPECTED: [(&str, [Due; 12]); 15] = [
    //                            relation model   detail  price  renderer  delivery  auction    cart  trade   creator live  seller
    ("MGetRoomLiteData",          [ROOM,   AGE,    U,      U,     U,        VOUCHER,  AUCTIONS,  U,    U,      Weak("CreatorProvider"), S, U]),
    ("GetRoomFullData",           [Weak("BagSummaryProvider PopCardProvider ProductListProvider|PreviewProductProvider"),
                                           STATUS, DETAIL, PRICE, SALES,    Weak("BannerMaterialProvider VoucherProvider|VoucherLoader"),
                                                                                      BIDDING,   CART, TRADE,  S,      S,    SELLER]),
    ("GetPinCardData",            [S,      S,      DETAIL, S,     SALES,    Weak("VoucherLoader"), U, CART, TRADE, S,  S,    SELLER]),
    ("GetLiveBagData",            [S,      S,      DETAIL, S,     SALES,    VOUCHERS, AUCTIONS,  CART, TRADE,  S,      S,    SELLER]),
    ("GetLiveBagPreviewData",     [S,      S,      U,      S,     SALES,    U,        U,         U,    U,      S,      S,    U]),
    ("GetLiveBagAssemble",        [S,      S,      DETAIL, S,     SALES,    Weak("BannerMaterialProvider VoucherProvider|VoucherLoader"),
                                                                                      BIDDING,   CART, TRADE,  S,      S,    SELLER]),
    ("GetLiveBagRefresh",         [S,      S,      DETAIL, S,     SALES,    Weak("VoucherLoader"), ON_SCREEN, CART, TRADE, S, S, SELLER]),
    ("GetPreviewPinCardData",     [S,      S,      U,      S,     SALES,    U,        U,         U,    U,      S,      S,    U]),
    ("GetLiveBagTab",             [S,      S,      U,      U,     WINDOWS,  VOUCHER,  AUCTIONS,  U,    U,      S,      S,    U]),
    ("GetLiveBagTopBanner",       [U,      U,      U,      U,     U,        S,        BIDDER,    U,    U,      S,      S,    U]),
    ("GetLiveBagPromotionBanner", [LIST,   U,      U,      PRICE, U,        VOUCHER,  U,         U,    U,      S,      S,    U]),
    ("GetLiveBagCreatorShopInfo", [Weak("CreatorShopLoader"), STATUS, DETAIL, PRICE, RENDERED, U, U, U, U,     S,      S,    SELLER]),
    ("GetLiveRoomCommonInfo",     [ROOM,   AGE,    U,      U,     U,        VOUCHER,  BIDDING,   CART, U,      S,      S,    U]),
    ("GetSurpriseSetDetail",      [U,      U,      U,      U,     U,        U,        S,         U,    U,      S,      S,    U]),
    ("MGetFcpEcomComponent",      [Weak("ProductListProvider PopCardProvider?"), STATUS, U, PRICE, SALES, VOUCHER, AUCTIONS, U, U,
                                                                  Weak("CreatorProvider"), Weak("RoomInfoProvider"), U]),
];

/// One downstream method alone.
pub(super) const PARTS: [(&str, &[(&str, Due)]); 8] = [
    (
        "live_data.MGetRoomStats",
        &[
            ("GetRoomFullData", Weak("LiveDataLoader")),
            ("GetLiveBagAssemble", Weak("LiveDataLoader")),
            ("GetLiveBagCreatorShopInfo", U),
            ("GetLiveRoomCommonInfo", Weak("LiveDataLoader")),
            ("GetLiveBagData", U),
        ],
    ),
    (
        "product_relation.MGetPinned",
        &[
            ("GetRoomFullData", Weak("PopCardProvider")),
            ("GetPinCardData", Weak("PopCardProvider")),
            ("GetLiveBagData", Weak("PopCardProvider")),
            ("GetLiveBagRefresh", Weak("PopCardProvider")),
            ("GetPreviewPinCardData", Weak("PopCardProvider")),
            ("GetLiveRoomCommonInfo", Weak("PopCardProvider")),
            ("MGetFcpEcomComponent", Weak("PopCardProvider")),
            ("GetLiveBagPreviewData", U),
        ],
    ),
    (
        "product_relation.MGetBagSummary",
        &[
            ("MGetRoomLiteData", Weak("BagSummaryProvider")),
            ("GetRoomFullData", Weak("BagSummaryProvider")),
            ("GetLiveBagAssemble", Weak("BagSummaryProvider")),
            ("GetLiveRoomCommonInfo", Weak("BagSummaryProvider")),
            ("GetLiveBagData", U),
        ],
    ),
    (
        "product_relation.GetShowcase",
        &[
            ("GetRoomFullData", U),
            ("GetLiveBagAssemble", Weak("CreatorShopLoader")),
            ("GetLiveBagCreatorShopInfo", Weak("CreatorShopLoader")),
        ],
    ),
    (
        "promotion_delivery.GetBanners",
        &[
            ("GetRoomFullData", Weak("BannerMaterialProvider")),
            ("GetLiveBagAssemble", Weak("BannerMaterialProvider")),
            ("GetLiveBagTopBanner", S),
            ("GetLiveBagPromotionBanner", U),
        ],
    ),
    (
        "promotion_delivery.GetClaimState",
        &[
            ("GetPinCardData", Weak("VoucherLoader")),
            ("GetLiveBagData", VOUCHERS),
            ("GetLiveBagTab", VOUCHER),
            ("GetLiveBagPromotionBanner", VOUCHER),
            ("MGetRoomLiteData", U),
            ("GetLiveRoomCommonInfo", U),
        ],
    ),
    (
        "promotion_renderer.RenderProductPromotions",
        &[
            ("GetPinCardData", RENDERED),
            ("GetLiveBagData", RENDERED),
            ("GetLiveBagPreviewData", RENDERED),
            ("GetLiveBagRefresh", RENDERED),
            ("GetLiveBagTab", U),
        ],
    ),
    (
        "product_model.MGetProductModel",
        &[
            ("GetRoomFullData", Weak("ProductModelLoader")),
            ("GetPinCardData", S),
            ("GetLiveBagData", S),
            ("GetLiveBagCreatorShopInfo", Weak("ProductModelLoader")),
            ("MGetFcpEcomComponent", Weak("ProductModelLoader")),
            ("GetLiveBagTab", U),
        ],
    ),
];

/// Whether the named tasks are the expected ones.
pub(super) fn fits(due: &str, named: &BTreeSet<&str>) -> bool {
    let mut left = named.clone();
    let all = due.split(' ').all(|task| {
        let (task, optional) = task.strip_suffix('?').map_or((task, false), |task| (task, true));
        let told = task.split('|').filter(|name| left.remove(name)).count();
        told == 1 || (optional && told == 0)
    });
    all && left.is_empty()
}

/// Returns data of a failed service that an answer still contains; `None`: there are none.
type Seen = fn(&Value) -> Option<String>;

/// The fields that a service owns, which may change if it fails, and the data that must then be absent.
pub(super) fn lost(target: &str) -> (&'static [&'static str], Seen) {
    if target == "promotion_delivery.GetBanners" {
        return (&["banners", "top_banners"], |answer| field(answer, &["top_banners"], is_not_empty));
    }
    match target.split_once('.').map_or(target, |(service, _)| service) {
        "product_relation" => (
            &[
                "has_bag",
                "bag_count",
                "has_flash_sale",
                "pinned_kind",
                "pinned_product_id",
                "entry_text",
                "entry_icon",
                "pin",
                "preview",
                "creator_shop",
                "components",
                "is_pinned",
                "products",
                "vouchers",
                "banners",
                "room_status",
            ],
            |_| None,
        ),
        // An engine that ends before the room is known reports no losses.
        "product_model" => (
            &[
                "pin",
                "preview",
                "creator_shop",
                "components",
                "room_status",
                "has_bag",
                "bag_count",
                "has_flash_sale",
                "entry_text",
            ],
            |_| None,
        ),
        "product_detail" => {
            (&["rating", "sold_text", "sold_count", "labels", "refreshed_labels", "free_shipping"], |answer| {
                let any_rated = |value: &Value| value.as_array().is_some_and(|cards| cards.iter().any(is_rated));
                field(answer, &["products", "preview", "highlights", "strip"], any_rated)
                    .or_else(|| field(answer, &["product"], is_rated))
            })
        }
        "product_price" => (&["pin", "preview", "creator_shop", "components", "vouchers", "banners"], |_| None),
        "promotion_renderer" => (
            &[
                "price",
                "flash_sale",
                "labels",
                "refreshed_labels",
                "buttons",
                "tabs",
                "components",
                "vouchers",
                "free_shipping",
            ],
            |answer| field(answer, &["source"], |value| value != "ORIGINAL" && value.is_string()),
        ),
        "promotion_delivery" => (
            &[
                "vouchers",
                "labels",
                "refreshed_labels",
                "tabs",
                "banners",
                "top_banners",
                "promotion_banners",
                "has_voucher",
                "components",
            ],
            |answer| field(answer, &["vouchers", "banners", "top_banners", "promotion_banners"], is_not_empty),
        ),
        "auction" => (
            &[
                "auctions",
                "auction_total",
                "has_auction",
                "tabs",
                "auction_terms_signed",
                "components",
                "banners",
                "top_banners",
            ],
            |answer| {
                field(answer, &["auctions"], is_not_empty)
                    .or_else(|| field(answer, &["has_auction", "auction_terms_signed"], |value| value == true))
            },
        ),
        "cart" => (&["in_cart_count", "cart_count"], |answer| {
            field(answer, &["in_cart_count", "cart_count"], |value| value != 0)
        }),
        "trade_chain" => (&["buttons", "labels", "refreshed_labels", "cod"], |answer| {
            field(answer, &["kind"], |value| matches!(value.as_str(), Some("BUY_NOW" | "ADD_TO_CART")))
        }),
        "live_creator" => (&["permission", "components"], |_| None),
        "live_data" => (
            &["viewer_count", "sold_in_live", "sold_in_live_text", "sold_text", "components", "room_status"],
            |answer| field(answer, &["viewer_count", "sold_in_live"], |value| value != 0),
        ),
        "seller_core" => (&["seller_name", "labels", "refreshed_labels", "creator_shop"], |answer| {
            field(answer, &["seller_name"], |value| value != "")
        }),
        other => panic!("{other} is not a service"),
    }
}

/// Whether a card contains data of the product detail.
fn is_rated(card: &Value) -> bool {
    card["rating"] != 0.0 || card["sold_count"] != 0 || card["sold_text"] != ""
}

fn is_not_empty(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty())
}

/// The first of these fields for which `test` finds a value.
fn field(answer: &Value, names: &[&str], test: fn(&Value) -> bool) -> Option<String> {
    let mut found = None;
    each_field(answer, &mut |name, value| {
        if names.contains(&name) && test(value) && found.is_none() {
            found = Some(format!("{name}: {value}"));
        }
    });
    found
}
