//! Counts have one meaning: the counts of a room before its bag is opened match the bag of the same viewer.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_commerce::World;
use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient, each_field},
    methods::{BUYER, GUEST, Viewer, all, named},
    stack::{Setup, Stack},
};

/// Viewers that may see different products: a minor by account, a minor by claim, an old client, other regions.
fn viewers() -> Vec<(&'static str, Viewer, Value)> {
    let plain = || json!({});
    let minor = Viewer { user_id: 102, ..GUEST };
    vec![
        ("a guest", GUEST, plain()),
        ("the buyer", BUYER, plain()),
        ("a minor by account", minor, plain()),
        ("a minor by claim", GUEST, json!({ "is_minor": true })),
        ("a minor by claim with an adult's account", BUYER, json!({ "is_minor": true })),
        ("an old client", GUEST, json!({ "app_version": 100 })),
        ("a client of unknown version", BUYER, json!({ "app_version": 0 })),
        ("a guest in Indonesia", Viewer { region: "ID", language: "id", ..GUEST }, plain()),
        ("the buyer in Germany", Viewer { region: "DE", language: "de", ..BUYER }, plain()),
    ]
}

/// All rooms, in their order.
fn rooms() -> Vec<i64> {
    let mut rooms: Vec<i64> = World::of(1).room_ids().collect();
    rooms.sort_unstable();
    rooms
}

struct Asker {
    line: JsonClient,
    user: Value,
    viewer: Viewer,
    /// Entrances to bags in feeds.
    feeds: usize,
}

impl Asker {
    async fn of(stack: &Stack, viewer: Viewer, user: Value) -> Self {
        Self { line: JsonClient::to(stack).await, user, viewer, feeds: 0 }
    }

    async fn ask(&mut self, method: &str, room_id: i64, more: Value) -> Answer {
        let mut request = named(method).request(room_id, self.viewer);
        for (name, value) in self.user.as_object().unwrap() {
            request["user"][name] = value.clone();
        }
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.line.ask(method, &request).await
    }

    /// The rooms as `MGetRoomLiteData` returns them.
    async fn lites(&mut self, rooms: &[i64]) -> BTreeMap<i64, Value> {
        let mut found = BTreeMap::new();
        for some in rooms.chunks(50) {
            let refs: Vec<_> = some.iter().map(|room_id| json!({ "room_id": room_id })).collect();
            let answer = self.ask("MGetRoomLiteData", 0, json!({ "rooms": refs })).await;
            assert_eq!((answer.code(), answer.degraded()), (0, Vec::new()));
            let lites = answer.at("/rooms").as_object().unwrap().iter();
            found.extend(lites.map(|(room_id, lite)| (room_id.parse::<i64>().unwrap(), lite.clone())));
        }
        found
    }

    /// Compares the counts of some rooms with their bags; returns the number of non-empty bags.
    async fn compare(&mut self, who: &str, rooms: &[i64]) -> usize {
        let lites = self.lites(rooms).await;
        let mut filled = 0;
        for room_id in rooms {
            let place = format!("room {room_id} for {who}");
            let bag = self.ask("GetLiveBagData", *room_id, json!({ "page": { "count": 1 } })).await;
            let lite = &lites[room_id];
            let common = self.ask("GetLiveRoomCommonInfo", *room_id, json!({})).await;
            assert_eq!(common.at("/room/lite"), lite, "{place}");
            let (count, total) = (&lite["bag_count"], bag.at("/total").as_i64().unwrap());
            assert_eq!(count, total, "{place}: {}", bag.message());
            let tabs = self.ask("GetLiveBagTab", *room_id, json!({})).await;
            if let Some(all) = tabs.list("/tabs").iter().find(|tab| tab["tab"] == "ALL") {
                assert_eq!(&all["count"], count, "{place}");
            }
            let strip = json!([{ "room": { "room_id": room_id }, "component_keys": ["ecom_bag_entry"] }]);
            let feed = self.ask("MGetFcpEcomComponent", *room_id, json!({ "slots": strip })).await;
            if let Some(entry) = feed.list("/results/0/components").first() {
                assert_eq!((&entry["room"]["bag_count"], &entry["text"]), (count, &lite["entry_text"]), "{place}");
                self.feeds += 1;
            }
            let text: String = lite["entry_text"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
            assert_eq!(text, if total > 0 { total.to_string() } else { String::new() }, "{place}");
            let has_sale = bag.list("/tabs").iter().any(|tab| tab["tab"] == "FLASH_SALE");
            assert_eq!(lite["has_bag"], total > 0 || lite["has_auction"] == true, "{place}");
            assert!(!has_sale || lite["has_flash_sale"] == true, "{place}");
            filled += usize::from(total > 0);
        }
        filled
    }
}

#[tokio::test]
async fn a_bag_is_counted_as_its_viewer_sees_it_in_every_room() {
    let stack = Stack::start().await;
    let mut asker = Asker::of(&stack, GUEST, json!({})).await;
    let rooms = rooms();
    assert!(rooms.len() > 100);
    assert!(asker.compare("a guest", &rooms).await > 90);
    assert!(asker.feeds > 90, "{}", asker.feeds);
}

#[tokio::test]
async fn counts_match_the_bag_for_viewers_who_see_different_products() {
    let stack = Stack::start().await;
    let rooms: Vec<i64> = rooms().into_iter().filter(|room_id| *room_id <= 3_010).collect();
    let mut counts = BTreeMap::new();
    for (who, viewer, user) in viewers() {
        let mut asker = Asker::of(&stack, viewer, user).await;
        asker.compare(who, &rooms).await;
        let lites = asker.lites(&[1010]).await;
        counts.insert(who, lites[&1010]["bag_count"].as_i64().unwrap());
    }
    // Room 1010 contains a product for every reason to filter one out.
    assert!(counts["a minor by account"] < counts["the buyer"], "{counts:?}");
    assert_eq!(counts["a minor by claim"], counts["a minor by account"]);
    assert!(counts["an old client"] < counts["a guest"], "{counts:?}");
    assert_ne!(counts["a guest in Indonesia"], counts["a guest"]);
}

#[tokio::test]
async fn a_bag_that_hides_sold_out_products_is_counted_without_them() {
    let stack = Setup::default().conf("StockPolicyConf", json!({ "policy": "HIDE" })).start().await;
    let mut asker = Asker::of(&stack, BUYER, json!({})).await;
    let rooms: Vec<i64> = rooms().into_iter().filter(|room_id| *room_id <= 3_010).collect();
    asker.compare("the buyer", &rooms).await;
    let all = Asker::of(&Stack::start().await, BUYER, json!({})).await.lites(&rooms).await;
    assert_ne!(asker.lites(&rooms).await, all, "something is sold out");
}

#[tokio::test]
async fn without_the_account_only_products_for_everybody_are_counted() {
    let mock = json!({ "rules": [{ "downstream": "product_model", "method": "MGetProductLite", "error": "remote" }] });
    let stack = Setup::default().without_caches().conf("livePackDownstreamRpcMock", mock).start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut of = async |viewer: Viewer, minor: bool| {
        let mut request = named("GetLiveRoomCommonInfo").request(1010, viewer);
        request["user"]["is_minor"] = json!(minor);
        line.ask("GetLiveRoomCommonInfo", &request).await
    };
    let (guest, minor, buyer) = (of(GUEST, false).await, of(GUEST, true).await, of(BUYER, false).await);
    let count = |answer: &Answer| answer.at("/room/lite/bag_count").as_i64().unwrap();
    assert!(count(&minor) < count(&guest));
    assert_eq!(count(&buyer), count(&minor));
    assert_eq!(buyer.degraded(), [("BagSummaryProvider", 30_002)]);
    assert!(guest.degraded().is_empty() && minor.degraded().is_empty(), "the account is not queried");
}

#[tokio::test]
async fn a_cart_counts_products_and_a_card_its_units() {
    let stack = Stack::start().await;
    let mut asker = Asker::of(&stack, BUYER, json!({})).await;
    let common = asker.ask("GetLiveRoomCommonInfo", 1001, json!({})).await;
    let (mut products, mut units) = (0, 0);
    for cursor in [0, 50, 100, 150] {
        let bag = asker.ask("GetLiveBagData", 1001, json!({ "page": { "cursor": cursor, "count": 50 } })).await;
        let counts = bag.list("/products").iter().map(|card| card["in_cart_count"].as_i64().unwrap());
        for count in counts.filter(|count| *count > 0) {
            products += 1;
            units += count;
        }
    }
    // All items of the buyer's cart are from this room.
    assert_eq!(common.at("/room/cart_count"), &json!(products));
    assert!(units > products, "{units} units of {products} products");
}

/// Fields that only some methods fill, with these methods, as in the IDL.
const FILLED: [(&str, &[&str]); 6] = [
    ("sold_count", RATED),
    ("rating", RATED),
    (
        "seller_name",
        &[
            "GetRoomFullData",
            "GetPinCardData",
            "GetLiveBagData",
            "GetLiveBagAssemble",
            "GetLiveBagCreatorShopInfo",
            "MGetFcpEcomComponent",
        ],
    ),
    ("cod", BOUGHT),
    ("vouchers", BOUGHT),
    (
        "in_cart_count",
        &["GetRoomFullData", "GetPinCardData", "GetLiveBagData", "GetLiveBagAssemble", "GetLiveBagRefresh"],
    ),
];
const RATED: &[&str] =
    &["GetRoomFullData", "GetPinCardData", "GetLiveBagData", "GetLiveBagAssemble", "GetLiveBagCreatorShopInfo"];
const BOUGHT: &[&str] = &["GetRoomFullData", "GetPinCardData", "GetLiveBagData", "GetLiveBagAssemble"];

/// The cards of an answer: those with a title and a product, or with refreshed fields.
fn cards<'a>(answer: &'a Answer, see: &mut impl FnMut(&'a Value)) {
    each_field(&answer.0, &mut |name, value| match name {
        "products" | "preview" | "highlights" | "strip" => value.as_array().into_iter().flatten().for_each(&mut *see),
        "product" => see(value),
        _ => {}
    });
}

#[tokio::test]
async fn a_field_of_a_card_is_filled_by_the_methods_that_its_comment_names_and_by_no_other() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let regional = Viewer { user_id: 203, region: "ID", language: "id" };
    let rooms = (1001..=1011).chain([2001]).chain(3001..=3010);
    let places: Vec<_> = rooms.map(|room_id| (room_id, BUYER)).chain([(2003, regional)]).collect();
    for method in all() {
        for (room_id, viewer) in places.iter().copied() {
            let mut request = method.request(room_id, viewer);
            if let Some(page) = request.get_mut("page") {
                page["count"] = json!(50);
            }
            let answer = line.ask(method.name, &request).await;
            cards(&answer, &mut |card| {
                for (field, _) in FILLED {
                    let is_empty = |value: &Value| {
                        value.is_null()
                            || value == 0
                            || value == 0.0
                            || value == ""
                            || value == false
                            || *value == json!([])
                    };
                    if !is_empty(&card[field]) {
                        found.entry(field).or_default().insert(method.name);
                    }
                }
            });
        }
    }
    for (field, methods) in FILLED {
        let by: Vec<_> = found.get(field).into_iter().flatten().copied().collect();
        let mut due = methods.to_vec();
        due.sort_unstable();
        assert_eq!(by, due, "{field}");
    }
}
