//! Data that several methods return are equal: compared field by field for every room with a fixed id.

use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient, differences},
    methods::{BUYER, GUEST, Viewer, named},
    stack::Stack,
};

/// Regions of the rooms 2001 to 2012.
const REGIONS: [&str; 12] = ["US", "GB", "ID", "VN", "TH", "MY", "PH", "SG", "JP", "DE", "BR", "MX"];

/// The fields of a refreshed card; the client keeps all others.
const OWNED: [&str; 7] = ["price", "flash_sale", "buttons", "stock", "in_cart_count", "auction", "is_pinned"];

/// Every room with a fixed id and some generated rooms, for a guest in the room's region, and for the buyer.
fn cases() -> impl Iterator<Item = (i64, Viewer)> {
    let regional = (2001..).zip(REGIONS);
    let rooms = (1001..=1011)
        .map(|room_id| (room_id, "US"))
        .chain(regional)
        .chain((3001..=3020).map(|room_id| (room_id, "US")));
    rooms.flat_map(|(room_id, region)| [(room_id, Viewer { region, ..GUEST }), (room_id, BUYER)])
}

struct Asker {
    _stack: Stack,
    line: JsonClient,
}

impl Asker {
    async fn start() -> Self {
        let stack = Stack::start().await;
        let line = JsonClient::to(&stack).await;
        Self { _stack: stack, line }
    }

    async fn ask(&mut self, method: &str, room_id: i64, viewer: Viewer) -> Answer {
        self.ask_with(method, room_id, viewer, &json!({})).await
    }

    /// The answer to the request of the table with some additional fields.
    async fn ask_with(&mut self, method: &str, room_id: i64, viewer: Viewer, more: &Value) -> Answer {
        let mut request = named(method).request(room_id, viewer);
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.line.ask(method, &request).await
    }
}

/// Asserts that two places hold the same data.
fn same(whole: &Value, part: &Value, place: &str) {
    assert!(whole == part, "{place}: {:?}\n{whole:#}\n{part:#}", differences(whole, part));
}

#[tokio::test]
async fn the_assembled_bag_is_what_the_separate_calls_answer() {
    let mut asker = Asker::start().await;
    for (room_id, viewer) in cases() {
        let place = format!("room {room_id} for {viewer:?}");
        let whole = asker.ask("GetLiveBagAssemble", room_id, viewer).await;
        let bag = asker.ask("GetLiveBagData", room_id, viewer).await;
        same(whole.at("/bag"), &bag.0, &place);
        assert_eq!((whole.code(), whole.room_status()), (bag.code(), bag.room_status()), "{place}");
        let parts = [
            ("/tabs", "GetLiveBagTab", "/tabs"),
            ("/top_banners", "GetLiveBagTopBanner", "/banners"),
            ("/promotion_banners", "GetLiveBagPromotionBanner", "/banners"),
            ("/creator_shop", "GetLiveBagCreatorShopInfo", "/creator_shop"),
            ("/room", "GetLiveRoomCommonInfo", "/room"),
        ];
        for (here, method, there) in parts {
            let part = asker.ask(method, room_id, viewer).await;
            assert!(part.degraded().is_empty(), "{place}: {method}");
            same(whole.at(here), part.at(there), &format!("{place}: {method}"));
        }
        assert!(whole.degraded().is_empty(), "{place}");
    }
}

#[tokio::test]
async fn entering_a_room_returns_what_the_separate_calls_answer() {
    let mut asker = Asker::start().await;
    for (room_id, viewer) in cases() {
        let place = format!("room {room_id} for {viewer:?}");
        let whole = asker.ask("GetRoomFullData", room_id, viewer).await;
        let parts = [
            ("/room", "GetLiveRoomCommonInfo", "/room"),
            ("/pin", "GetPinCardData", "/pin"),
            ("/preview", "GetLiveBagPreviewData", "/products"),
            ("/banners", "GetLiveBagTopBanner", "/banners"),
            ("/creator_shop", "GetLiveBagCreatorShopInfo", "/creator_shop"),
        ];
        for (here, method, there) in parts {
            let more = if here == "/creator_shop" { json!({ "highlight_count": 0 }) } else { json!({}) };
            let part = asker.ask_with(method, room_id, viewer, &more).await;
            same(whole.at(here), part.at(there), &format!("{place}: {method}"));
        }
        assert!(whole.degraded().is_empty(), "{place}");
    }
}

/// The card with as many labels as another.
fn with_labels_of(card: &Value, other: &Value) -> Value {
    let mut card = card.clone();
    let count = other["labels"].as_array().unwrap().len();
    card["labels"].as_array_mut().unwrap().truncate(count);
    card
}

#[tokio::test]
async fn the_pinned_card_is_the_card_of_the_bag_with_fewer_labels() {
    let mut asker = Asker::start().await;
    let mut pinned = 0;
    for (room_id, viewer) in cases() {
        let place = format!("room {room_id} for {viewer:?}");
        let bag = asker.ask("GetLiveBagData", room_id, viewer).await;
        let pin = asker.ask("GetPinCardData", room_id, viewer).await;
        same(bag.at("/pin"), pin.at("/pin"), &place);
        let card = pin.at("/pin/product");
        if card.is_null() {
            assert!(bag.list("/products").iter().all(|card| card["is_pinned"] == false), "{place}");
            continue;
        }
        pinned += 1;
        assert!(card["labels"].as_array().unwrap().len() <= 2, "{place}");
        same(&with_labels_of(bag.at("/products/0"), card), card, &place);
    }
    assert!(pinned > 10, "{pinned}");
}

#[tokio::test]
async fn tabs_are_the_same_alone_and_with_the_bag_and_count_what_they_hold() {
    let mut asker = Asker::start().await;
    for (room_id, viewer) in cases() {
        let bag = asker.ask("GetLiveBagData", room_id, viewer).await;
        let alone = asker.ask("GetLiveBagTab", room_id, viewer).await;
        let place = format!("room {room_id} for {viewer:?}");
        same(bag.at("/tabs"), alone.at("/tabs"), &place);
        same(bag.at("/default_tab"), alone.at("/default_tab"), &place);
        for tab in alone.list("/tabs") {
            let answer = asker.ask_with("GetLiveBagData", room_id, viewer, &json!({ "tab": tab["tab"] })).await;
            let total = if tab["tab"] == "AUCTION" { "/auction_total" } else { "/total" };
            assert_eq!(&tab["count"], answer.at(total), "{place}: {tab}");
        }
    }
}

#[tokio::test]
async fn the_fields_of_a_refreshed_card_equal_those_of_the_bag() {
    let mut asker = Asker::start().await;
    let (mut compared, mut labelled) = (0, 0);
    for (room_id, viewer) in cases() {
        let place = format!("room {room_id} for {viewer:?}");
        let bag = asker.ask_with("GetLiveBagData", room_id, viewer, &json!({ "page": { "count": 30 } })).await;
        let ids = |list: &str| bag.list(list).iter().map(|card| card["product_id"].clone()).collect::<Vec<_>>();
        let auction = |card: &Value| card["auction"]["auction_id"].clone();
        let auctions: Vec<_> = bag.list("/auctions").iter().map(auction).collect();
        let more = json!({
            "product_ids": ids("/products"), "auction_ids": auctions, "known_bag_version": bag.at("/bag_version"),
        });
        let fresh = asker.ask_with("GetLiveBagRefresh", room_id, viewer, &more).await;
        assert_eq!((fresh.code(), fresh.degraded()), (bag.code(), Vec::new()), "{place}");
        for list in ["/products", "/auctions"] {
            assert_eq!(fresh.list(list).len(), bag.list(list).len(), "{place}: {list}");
            for (old, new) in bag.list(list).iter().zip(fresh.list(list)) {
                for field in OWNED {
                    let none = Value::Null;
                    let of = |card: &Value| card.get(field).unwrap_or(&none).clone();
                    same(&of(old), &of(new), &format!("{place}: {field} of {}", old["product_id"]));
                }
                let place = format!("{place}: labels of {}", old["product_id"]);
                assert!(old.get("refreshed_labels").is_none_or(Value::is_null), "{place}");
                assert_eq!(new["labels"], json!([]), "{place}");
                same(&old["labels"], &new["refreshed_labels"], &place);
                labelled += usize::from(old["labels"] != json!([]));
                compared += 1;
            }
        }
        let pinned = fresh.at("/pin/product");
        if !pinned.is_null() {
            same(
                &bag.at("/pin/product")["labels"],
                &pinned["refreshed_labels"],
                &format!("{place}: labels of the pin"),
            );
        }
        if fresh.code() == 0 {
            same(bag.at("/bag_version"), fresh.at("/bag_version"), &place);
            assert_eq!(fresh.at("/removed_ids"), &json!([]), "{place}");
            assert_eq!(fresh.at("/need_full_reload"), &json!(false), "{place}");
        }
    }
    assert!(compared > 500 && labelled > 300, "{compared} {labelled}");
}
