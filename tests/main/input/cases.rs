//! The unusual requests, by method, each with the expected answer.

use serde_json::{Value, json};

use self::Due::{Answers, As, Code, Invalid, Same, SameBut};
use crate::methods::Method;

/// The expected answer.
#[derive(Debug)]
pub(super) enum Due {
    /// `PARAM_INVALID`, with a message that contains these parts.
    Invalid([&'static str; 3]),
    /// This code.
    Code(i64),
    /// The answer to the request of the table.
    Same,
    /// The same, except for one field.
    SameBut(&'static str),
    /// The answer to the request of the table with this other change.
    As(Changes),
    /// Status 0.
    Answers,
}

/// Values by JSON pointer.
pub(super) type Changes = Vec<(&'static str, Value)>;

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) changes: Changes,
    pub(super) due: Due,
}

fn case(name: &'static str, changes: impl Into<Changes>, due: Due) -> Case {
    Case { name, changes: changes.into(), due }
}

/// Cases of every method.
pub(super) fn common() -> Vec<Case> {
    let user = |field: &'static str, value: Value| vec![(field, value)];
    vec![
        case(
            "a user below 0",
            user("/user/user_id", json!(-7)),
            Invalid(["user.user_id", "0 (a guest) or above", "-7"]),
        ),
        case("three letters for a region", user("/user/region", json!("usa")), Invalid(["region", "letters", "usa"])),
        case("a digit in a region", user("/user/region", json!("U1")), Invalid(["region", "letters", "U1"])),
        case("a region of non-Latin letters", user("/user/region", json!("合")), Invalid(["region", "letters", "合"])),
        case(
            "a malformed region of the store",
            user("/user/store_region", json!("U")),
            Invalid(["store_region", "letters", "U"]),
        ),
        case("an unserved region", user("/user/region", json!("ZZ")), Code(10_004)),
        case("a store in an unserved region", user("/user/store_region", json!("ZZ")), Code(10_004)),
        case("an ignored carrier region", user("/user/carrier_region", json!("?")), Same),
        case("an ignored region of the address", user("/user/ip_region", json!("ZZ")), Same),
        case("only a carrier region", vec![("/user/region", json!("")), ("/user/carrier_region", json!("US"))], Same),
        case("no region at all", user("/user/region", json!("")), Same),
        case("small letters for a region", user("/user/region", json!("us")), Same),
        case("no language", user("/user/language", json!("")), Same),
        // The locale consists of the language and the region, in whatever language the texts are.
        case("an unsupported language", user("/user/language", json!("tlh")), SameBut("room.locale")),
        case("an invalid language", user("/user/language", json!("!? \u{0} %s")), Same),
        case("a language with a region", user("/user/language", json!("en-US")), Same),
        case("an invalid time zone", user("/user/timezone", json!("Mars/Olympus")), Same),
        case("an unknown platform", user("/user/platform", json!(99)), As(user("/user/platform", json!("UNKNOWN")))),
        case("an unknown experiment", user("/user/ab_params", json!({ "of_another_business": "on" })), Same),
        case("no version of the app", user("/user/app_version", json!(0)), Answers),
        case("a version of the app below 0", user("/user/app_version", json!(-1)), Answers),
        case("neither user nor device", vec![("/user/user_id", json!(0)), ("/user/device_id", json!(""))], Answers),
        case("a device without a user", vec![("/user/user_id", json!(0))], Answers),
    ]
}

/// Cases of every method over one room.
pub(super) fn of_one_room() -> Vec<Case> {
    vec![
        case("room 0", vec![("/room/room_id", json!(0))], Invalid(["room.room_id", "above 0", "0"])),
        case("a room below 0", vec![("/room/room_id", json!(-5))], Invalid(["room.room_id", "above 0", "-5"])),
        case(
            "the lowest number for a room",
            vec![("/room/room_id", json!(i64::MIN))],
            Invalid(["room.room_id", "above 0", "-92"]),
        ),
        case("an unknown room", vec![("/room/room_id", json!(i64::MAX))], Code(20_003)),
        case("another anchor", vec![("/room/anchor_id", json!(-77))], Same),
    ]
}

pub(super) fn ids(from: i64, to: i64) -> Value {
    (from..=to).map(Value::from).collect()
}

fn rooms(from: i64, to: i64) -> Value {
    (from..=to).map(|room_id| json!({ "room_id": room_id })).collect()
}

fn slots(count: usize) -> Value {
    vec![json!({ "room": { "room_id": 1001 } }); count].into()
}

/// Cases of pages of the bag.
fn of_pages() -> Vec<Case> {
    vec![
        case("a page of count 0", vec![("/page", json!({ "count": 0 }))], As(vec![("/page", json!({ "count": 20 }))])),
        case("a page of count -1", vec![("/page", json!({ "count": -1 }))], Invalid(["page.count", "1 to 50", "-1"])),
        case("too long a page", vec![("/page", json!({ "count": 51 }))], Invalid(["page.count", "1 to 50", "51"])),
        case(
            "a cursor below 0",
            vec![("/page", json!({ "cursor": -1 }))],
            Invalid(["page.cursor", "0 or above", "-1"]),
        ),
        case("a cursor past the end", vec![("/page", json!({ "cursor": i64::MAX }))], Answers),
        case("too much hidden", vec![("/exclude_ids", ids(1, 201))], Invalid(["exclude_ids", "at most 200", "201"])),
        case("products of another room hidden twice", vec![("/exclude_ids", json!([2_001_001, 2_001_001]))], Same),
        case("a tab that is not built", vec![("/tab", json!("RECOMMEND"))], Invalid(["tab", "not built yet", "5"])),
        case("an unknown tab", vec![("/tab", json!(77))], Invalid(["tab", "ALL", "77"])),
        case("tab UNKNOWN", vec![("/tab", json!("UNKNOWN"))], As(vec![("/tab", json!("ALL"))])),
    ]
}

fn of_highlights() -> Vec<Case> {
    vec![
        case("highlights below 0", vec![("/highlight_count", json!(-1))], Invalid(["highlight_count", "0 to 6", "-1"])),
        case("too many highlights", vec![("/highlight_count", json!(7))], Invalid(["highlight_count", "0 to 6", "7"])),
    ]
}

/// Cases of one method.
pub(super) fn own(method: &Method) -> Vec<Case> {
    let products = |value: Value| vec![("/product_ids", value)];
    let auctions = |value: Value| vec![("/auction_ids", value)];
    match method.name {
        "MGetRoomLiteData" => vec![
            case("no room", vec![("/rooms", json!([]))], Invalid(["rooms", "1 to 50 ids", "0"])),
            case("too many rooms", vec![("/rooms", rooms(3001, 3051))], Invalid(["rooms", "1 to 50 ids", "51"])),
            case("the maximum number of rooms", vec![("/rooms", rooms(3001, 3050))], Answers),
            case("a room below 0", vec![("/rooms/0/room_id", json!(-5))], Invalid(["rooms", "above 0", "-5"])),
            case("room 0", vec![("/rooms/1/room_id", json!(0))], Invalid(["rooms", "above 0", "0"])),
            case(
                "a room twice",
                vec![("/rooms", json!([{ "room_id": 1001 }, { "room_id": 2001 }, { "room_id": 1001 }]))],
                Same,
            ),
        ],
        "GetRoomFullData" => vec![
            case("a preview of count 0", vec![("/preview_count", json!(0))], As(vec![("/preview_count", json!(3))])),
            case("a preview below 0", vec![("/preview_count", json!(-1))], Invalid(["preview_count", "1 to 10", "-1"])),
            case(
                "too long a preview",
                vec![("/preview_count", json!(11))],
                Invalid(["preview_count", "1 to 10", "11"]),
            ),
            case("no preview", vec![("/need_bag_preview", json!(false))], Answers),
        ],
        "GetPinCardData" => vec![
            case("a product below 0", vec![("/product_id", json!(-1))], Invalid(["product_id", "or above", "-1"])),
            case(
                "a version below 0",
                vec![("/known_version", json!(-1))],
                Invalid(["known_version", "or above", "-1"]),
            ),
            case("a product that is not pinned", vec![("/product_id", json!(1_001_001))], Same),
            case("a product of another room", vec![("/product_id", json!(2_001_001))], Same),
            case("a version that never existed", vec![("/known_version", json!(i64::MAX))], Same),
        ],
        "GetLiveBagData" => of_pages(),
        "GetLiveBagPreviewData" => vec![
            case("a preview of count 0", vec![("/count", json!(0))], As(vec![("/count", json!(3))])),
            case("too long a preview", vec![("/count", json!(11))], Invalid(["count", "1 to 10", "11"])),
            case("a preview below 0", vec![("/count", json!(-3))], Invalid(["count", "1 to 10", "-3"])),
        ],
        "GetLiveBagAssemble" => of_pages().into_iter().chain(of_highlights()).collect(),
        "GetLiveBagRefresh" => vec![
            case("too many products", products(ids(1, 51)), Invalid(["product_ids", "at most 50", "51"])),
            case("a product below 0", products(json!([1_001_001, -3])), Invalid(["product_ids", "above 0", "-3"])),
            case("product 0", products(json!([0])), Invalid(["product_ids", "above 0", "0"])),
            case("too many auctions", auctions(ids(1, 51)), Invalid(["auction_ids", "at most 50", "51"])),
            case("an auction below 0", auctions(json!([-3])), Invalid(["auction_ids", "above 0", "-3"])),
            case(
                "a version below 0",
                vec![("/known_bag_version", json!(-1))],
                Invalid(["known_bag_version", "or above", "-1"]),
            ),
            case("an unknown reason", vec![("/reason", json!(9))], Invalid(["reason", "a reason", "9"])),
            case(
                "products twice",
                products(json!([1_001_001, 1_001_002, 1_001_001])),
                As(products(json!([1_001_001, 1_001_002]))),
            ),
            case("auctions of another room", auctions(json!([100_651])), As(auctions(json!([])))),
            case("nothing on the screen", vec![("/product_ids", json!([])), ("/auction_ids", json!([]))], Answers),
        ],
        "GetLiveBagPromotionBanner" => vec![
            case("too many products", products(ids(1, 51)), Invalid(["product_ids", "at most 50", "51"])),
            case("a product below 0", products(json!([-3])), Invalid(["product_ids", "above 0", "-3"])),
            case("a product twice", products(json!([1_001_001, 1_001_001])), As(products(json!([1_001_001])))),
        ],
        "GetLiveBagCreatorShopInfo" => of_highlights(),
        "GetSurpriseSetDetail" => vec![
            case("set 0", vec![("/surprise_set_id", json!(0))], Invalid(["surprise_set_id", "above 0", "0"])),
            case("a set below 0", vec![("/surprise_set_id", json!(-5))], Invalid(["surprise_set_id", "above 0", "-5"])),
            case("an unknown set", vec![("/surprise_set_id", json!(77))], Code(20_005)),
            case("a set of another room", vec![("/room/room_id", json!(1001))], Code(20_005)),
        ],
        "MGetFcpEcomComponent" => vec![
            case("no place", vec![("/slots", json!([]))], Invalid(["slots", "1 to 20", "0"])),
            case("too many places", vec![("/slots", slots(21))], Invalid(["slots", "1 to 20", "21"])),
            case(
                "room 0",
                vec![("/slots/1/room/room_id", json!(0))],
                Invalid(["slots[1].room.room_id", "above 0", "0"]),
            ),
            case(
                "a scene without a name",
                vec![("/slots/0/scene", json!(""))],
                As(vec![("/slots/0/scene", json!("feed_preview"))]),
            ),
            case(
                "an unknown component among others",
                vec![("/slots/1/component_keys/0", json!("of_another_business"))],
                Answers,
            ),
            case(
                "an unknown component alone",
                vec![("/slots/1/component_keys", json!(["of_another_business"]))],
                Answers,
            ),
        ],
        _ => Vec::new(),
    }
}
