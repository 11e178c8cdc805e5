//! What every method makes of strange requests: what breaks a rule is told with field, rule and value, and asks nobody;
//! the rest is answered as documented, and never with another room's data.

use serde_json::{Value, json};

use self::Due::{Answers, As, Code, Invalid, Same, SameBut};
use crate::{
    any::{Answer, Line, differences, each_field},
    methods::{BUYER, GUEST, Method, all, named},
    stack::Stack,
};

/// What is due.
#[derive(Debug)]
enum Due {
    /// `PARAM_INVALID`, with a message that holds these parts.
    Invalid([&'static str; 3]),
    /// This code.
    Code(i64),
    /// The answer to the request of the table.
    Same,
    /// The same, but for a field.
    SameBut(&'static str),
    /// The answer to the request of the table with this other change.
    As(Changes),
    /// Status 0.
    Answers,
}

/// Values by JSON pointer.
type Changes = Vec<(&'static str, Value)>;

struct Case {
    name: &'static str,
    changes: Changes,
    due: Due,
}

fn case(name: &'static str, changes: impl Into<Changes>, due: Due) -> Case {
    Case { name, changes: changes.into(), due }
}

/// The request with some values in other places.
fn changed(request: &Value, changes: &Changes) -> Value {
    let mut request = request.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match request.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} leads nowhere")) {
            Value::Object(fields) => drop(fields.insert(name.to_owned(), value.clone())),
            other => other[name.parse::<usize>().unwrap()] = value.clone(),
        }
    }
    request
}

/// Of every method.
fn common() -> Vec<Case> {
    let user = |field: &'static str, value: Value| vec![(field, value)];
    vec![
        case(
            "a user below 0",
            user("/user/user_id", json!(-7)),
            Invalid(["user.user_id", "0 (a guest) or above", "-7"]),
        ),
        case("three letters for a region", user("/user/region", json!("usa")), Invalid(["region", "letters", "usa"])),
        case("a digit in a region", user("/user/region", json!("U1")), Invalid(["region", "letters", "U1"])),
        case("a region of other letters", user("/user/region", json!("合")), Invalid(["region", "letters", "合"])),
        case(
            "a malformed region of the store",
            user("/user/store_region", json!("U")),
            Invalid(["store_region", "letters", "U"]),
        ),
        case("a region nobody serves", user("/user/region", json!("ZZ")), Code(10_004)),
        case("a store in a region nobody serves", user("/user/store_region", json!("ZZ")), Code(10_004)),
        case("a carrier that is not looked at", user("/user/carrier_region", json!("?")), Same),
        case("an address that is not looked at", user("/user/ip_region", json!("ZZ")), Same),
        case(
            "no region but that of the carrier",
            vec![("/user/region", json!("")), ("/user/carrier_region", json!("US"))],
            Same,
        ),
        case("no region at all", user("/user/region", json!("")), Same),
        case("small letters for a region", user("/user/region", json!("us")), Same),
        case("no language", user("/user/language", json!("")), Same),
        // The locale is the language with the region, whatever the texts are written in.
        case("a language nobody speaks", user("/user/language", json!("tlh")), SameBut("room.locale")),
        case("what is no language", user("/user/language", json!("!? \u{0} %s")), Same),
        case("a language with a region", user("/user/language", json!("en-US")), Same),
        case("what is no time zone", user("/user/timezone", json!("Mars/Olympus")), Same),
        case("an unknown platform", user("/user/platform", json!(99)), As(user("/user/platform", json!("UNKNOWN")))),
        case("an unknown experiment", user("/user/ab_params", json!({ "of_another_business": "on" })), Same),
        case("no version of the app", user("/user/app_version", json!(0)), Answers),
        case("a version of the app below 0", user("/user/app_version", json!(-1)), Answers),
        case("neither user nor device", vec![("/user/user_id", json!(0)), ("/user/device_id", json!(""))], Answers),
        case("a device without a user", vec![("/user/user_id", json!(0))], Answers),
    ]
}

/// Of every method over one room.
fn of_one_room() -> Vec<Case> {
    vec![
        case("room 0", vec![("/room/room_id", json!(0))], Invalid(["room.room_id", "above 0", "0"])),
        case("a room below 0", vec![("/room/room_id", json!(-5))], Invalid(["room.room_id", "above 0", "-5"])),
        case(
            "the lowest number for a room",
            vec![("/room/room_id", json!(i64::MIN))],
            Invalid(["room.room_id", "above 0", "-92"]),
        ),
        case("a room that is not there", vec![("/room/room_id", json!(i64::MAX))], Code(20_003)),
        case("another anchor", vec![("/room/anchor_id", json!(-77))], Same),
    ]
}

fn ids(from: i64, to: i64) -> Value {
    (from..=to).map(Value::from).collect()
}

fn rooms(from: i64, to: i64) -> Value {
    (from..=to).map(|room_id| json!({ "room_id": room_id })).collect()
}

fn slots(count: usize) -> Value {
    vec![json!({ "room": { "room_id": 1001 } }); count].into()
}

/// Of pages of the bag.
fn of_pages() -> Vec<Case> {
    vec![
        case("a page of nothing", vec![("/page", json!({ "count": 0 }))], Invalid(["page.count", "1 to 50", "0"])),
        case("a page too long", vec![("/page", json!({ "count": 51 }))], Invalid(["page.count", "1 to 50", "51"])),
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
        case("no tab", vec![("/tab", json!(0))], Invalid(["tab", "ALL", "0"])),
    ]
}

fn of_highlights() -> Vec<Case> {
    vec![
        case("highlights below 0", vec![("/highlight_count", json!(-1))], Invalid(["highlight_count", "0 to 6", "-1"])),
        case("too many highlights", vec![("/highlight_count", json!(7))], Invalid(["highlight_count", "0 to 6", "7"])),
    ]
}

/// Of one method.
fn own(method: &Method) -> Vec<Case> {
    let products = |value: Value| vec![("/product_ids", value)];
    let auctions = |value: Value| vec![("/auction_ids", value)];
    match method.name {
        "MGetRoomLiteData" => vec![
            case("no room", vec![("/rooms", json!([]))], Invalid(["rooms", "1 to 50 ids", "0"])),
            case("too many rooms", vec![("/rooms", rooms(3001, 3051))], Invalid(["rooms", "1 to 50 ids", "51"])),
            case("as many rooms as may be", vec![("/rooms", rooms(3001, 3050))], Answers),
            case("a room below 0", vec![("/rooms/0/room_id", json!(-5))], Invalid(["rooms", "above 0", "-5"])),
            case("room 0", vec![("/rooms/1/room_id", json!(0))], Invalid(["rooms", "above 0", "0"])),
            case(
                "a room twice",
                vec![("/rooms", json!([{ "room_id": 1001 }, { "room_id": 2001 }, { "room_id": 1001 }]))],
                Same,
            ),
        ],
        "GetRoomFullData" => vec![
            case(
                "a preview of nothing",
                vec![("/preview_count", json!(0))],
                Invalid(["preview_count", "1 to 10", "0"]),
            ),
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
            case("a version that was never", vec![("/known_version", json!(i64::MAX))], Same),
        ],
        "GetLiveBagData" => of_pages(),
        "GetLiveBagPreviewData" => vec![
            case("a preview of nothing", vec![("/count", json!(0))], Invalid(["count", "1 to 10", "0"])),
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
            case("an empty screen", vec![("/product_ids", json!([])), ("/auction_ids", json!([]))], Answers),
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
            case("a set that is not there", vec![("/surprise_set_id", json!(77))], Code(20_005)),
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
                "an unknown component beside others",
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

/// What is wrong with an answer.
async fn judge(line: &mut Line, method: &Method, case: &Case, answer: &Answer) -> Option<String> {
    let request = method.at_home(BUYER);
    let due = match &case.due {
        Invalid(parts) => {
            let empty = line.ask(method.name, &method.request(-1, BUYER)).await.content();
            let told = parts.iter().all(|part| answer.message().contains(part));
            let holds = answer.code() == 10_001 && told && answer.room_status().is_none() && answer.content() == empty;
            return (!holds).then(|| format!("must be refused with {parts:?}"));
        }
        Code(code) => return (answer.code() != *code).then(|| format!("must have code {code}")),
        Answers if answer.code() == 0 && answer.degraded().is_empty() => return None,
        Answers => return Some("must be answered".to_owned()),
        Same | SameBut(_) => line.whole(method.name, &request).await,
        As(changes) => line.whole(method.name, &changed(&request, changes)).await,
    };
    let mut found = differences(&due.0, &answer.0);
    if let SameBut(field) = case.due {
        found.remove(field);
    }
    (!found.is_empty()).then(|| format!("differs in {found:?}"))
}

#[tokio::test]
async fn strange_requests_are_answered_as_the_table_says() {
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    let mut faults = Vec::new();
    for method in all() {
        let rooms = if method.is_batch() { Vec::new() } else { of_one_room() };
        for case in common().into_iter().chain(rooms).chain(own(method)) {
            stack.world.faults().reset_calls();
            let answer = line.ask(method.name, &changed(&method.at_home(BUYER), &case.changes)).await;
            let asked = matches!(case.due, Invalid(_)) && !stack.world.calls().is_empty();
            let wrong = judge(&mut line, method, &case, &answer).await;
            if let Some(wrong) = wrong.or_else(|| asked.then(|| "asks somebody".to_owned())) {
                faults.push(format!("{}, {}: {wrong}; {} {}", method.name, case.name, answer.code(), answer.message()));
            }
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

/// Every enabled button that sells.
fn selling(answer: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    each_field(answer, &mut |name, value| {
        let buttons = if name == "buttons" { value.as_array().unwrap().as_slice() } else { &[] };
        let sells = |it: &&Value| {
            it["state"] == "ENABLED" && ["BUY_NOW", "ADD_TO_CART", "BID"].iter().any(|kind| it["kind"] == *kind)
        };
        found.extend(buttons.iter().filter(sells));
    });
    found
}

#[tokio::test]
async fn nobody_under_age_may_buy_whoever_says_so() {
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    for method in all() {
        let account = vec![("/user/user_id", json!(102))];
        let claim = vec![("/user/is_minor", json!(true))];
        let guest = vec![("/user/user_id", json!(0)), ("/user/is_minor", json!(true))];
        for changes in [account, claim, guest] {
            for room_id in [method.home, 1006, 1007, 1010] {
                let request = changed(&method.request(room_id, BUYER), &changes);
                let answer = line.ask(method.name, &request).await;
                let place = format!("{} of room {room_id} {changes:?}", method.name);
                assert!(selling(&answer.0).is_empty(), "{place}: {:?}", selling(&answer.0));
                // Item 25 of room 1010 is for adults only.
                assert!(!answer.0.to_string().contains("1010025"), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn guests_have_no_cart_and_no_claims_and_are_told_to_log_in() {
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    for method in all() {
        let answer = line.whole(method.name, &method.at_home(GUEST)).await;
        for button in selling(&answer.0) {
            assert_eq!(button["reason"], "NEED_LOGIN", "{}: {button}", method.name);
        }
        each_field(&answer.0, &mut |name, value| {
            let personal = match name {
                "in_cart_count" | "cart_count" => value != 0,
                "auction_terms_signed" | "terms_signed" | "has_address" | "has_payment" | "is_self_leading" => {
                    value == true
                }
                "state" => value == "CLAIMED",
                _ => false,
            };
            assert!(!personal, "{} tells a guest {name}: {value}", method.name);
        });
    }
}

/// Products of other rooms than this one. A product and an auction carry their room in their number.
fn strangers(answer: &Value, room_id: i64) -> Vec<i64> {
    let mut found = Vec::new();
    each_field(answer, &mut |name, value| match (name, value.as_i64()) {
        ("product_id" | "pinned_product_id", Some(id)) if id > 0 && id / 1_000 != room_id => found.push(id),
        ("auction_id" | "voucher_id", Some(id)) if id > 0 && id / 100 != room_id => found.push(id),
        _ => {}
    });
    found
}

#[tokio::test]
async fn no_answer_holds_anything_of_another_room() {
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    let other: Vec<i64> = (1..=5).map(|item| 1_007_000 + item).collect();
    for method in all().filter(|method| !method.is_batch()) {
        // Rooms in turn, so that what one left in a cache would show in the next.
        for room_id in [1001, 1007, 1006, 1009, 1001, 2001] {
            let mut request = method.request(room_id, BUYER);
            if request.get("product_ids").is_some() || method.name == "GetLiveBagPromotionBanner" {
                request["product_ids"] = if room_id == 1007 { ids(1_001_001, 1_001_005) } else { json!(other) };
            }
            let mut answer = line.ask(method.name, &request).await;
            if method.name == "GetLiveBagRefresh" {
                assert_eq!(answer.0["removed_ids"], request["product_ids"], "room {room_id}");
                answer.0["removed_ids"] = Value::Null;
            }
            // What a creator shows on the profile need not be in the bag.
            if let Some(shop) = answer.0.get_mut("creator_shop") {
                shop["highlights"] = Value::Null;
            }
            let found = strangers(&answer.0, room_id);
            assert!(found.is_empty(), "{} of room {room_id}: {found:?}", method.name);
        }
    }
}

#[tokio::test]
async fn all_faults_of_a_request_come_in_one_message_whatever_the_method() {
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    for (method, changes, fields) in [
        (
            "GetPinCardData",
            vec![("/product_id", json!(-1)), ("/known_version", json!(-1))],
            ["product_id", "known_version"],
        ),
        ("GetLiveBagRefresh", vec![("/product_ids", ids(1, 51)), ("/reason", json!(9))], ["product_ids", "reason"]),
        ("GetLiveBagPreviewData", vec![("/count", json!(0)), ("/room/room_id", json!(0))], ["count", "room.room_id"]),
    ] {
        let request = changed(&named(method).at_home(BUYER), &vec![("/user/user_id", json!(-1))]);
        let answer = line.ask(method, &changed(&request, &changes)).await;
        for field in fields.into_iter().chain(["user.user_id"]) {
            assert!(answer.message().contains(field), "{field} is not in {:?}", answer.message());
        }
    }
}
