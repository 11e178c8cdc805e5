//! Every method over every state of a room: live, finished, banned, with a creator who may not sell, and unknown.

use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, GUEST, Method, all, named},
    stack::Stack,
};

/// Room, its status, its creator's permission, and the resulting status code.
const ROOMS: [(i64, Option<&str>, &str, i64); 5] = [
    (1001, Some("LIVE"), "NORMAL", 0),
    (1003, Some("FINISH"), "NORMAL", 20_001),
    (1011, Some("BANNED"), "NORMAL", 20_007),
    (1004, Some("LIVE"), "BANNED", 20_002),
    (999, None, "", 20_003),
];

/// The behaviour of a method for a room that does not sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conduct {
    /// Returns the reason, and nothing else.
    Refuses,
    /// Returns the reason and the room.
    RefusesWithRoom,
    /// Returns the room as usual, so that the client can draw the end page.
    Tells,
    /// Lists the room among others, with nothing to sell.
    Lists,
    /// Leaves the slot empty.
    LeavesEmpty,
}

fn conduct(method: &Method) -> Conduct {
    match method.name {
        "MGetRoomLiteData" => Conduct::Lists,
        "GetRoomFullData" | "GetLiveBagAssemble" => Conduct::RefusesWithRoom,
        "GetLiveRoomCommonInfo" => Conduct::Tells,
        "MGetFcpEcomComponent" => Conduct::LeavesEmpty,
        _ => Conduct::Refuses,
    }
}

#[tokio::test]
async fn every_method_answers_every_state_of_a_room_as_the_table_says() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for method in all() {
        for (room_id, status, permission, code) in ROOMS {
            // A surprise set belongs to a room that sells.
            let room_id = if code == 0 { method.home } else { room_id };
            for viewer in [GUEST, BUYER] {
                let answer = line.ask(method.name, &method.request(room_id, viewer)).await;
                let place = format!("{} of room {room_id} for {}: {}", method.name, viewer.user_id, answer.message());
                assert!(answer.degraded().is_empty(), "{place}");
                let tells = match conduct(method) {
                    Conduct::Tells | Conduct::RefusesWithRoom => status.is_some(),
                    Conduct::Refuses => false,
                    Conduct::Lists | Conduct::LeavesEmpty => {
                        assert_eq!(answer.code(), 0, "{place}");
                        batch(method, &answer, (room_id, status, permission, code == 0), &place);
                        continue;
                    }
                };
                let due = if conduct(method) == Conduct::Tells && status.is_some() { 0 } else { code };
                assert_eq!((answer.code(), answer.room_status()), (due, status), "{place}");
                if code == 0 {
                    assert_ne!(answer.content(), empty(&mut line, method).await, "{place}");
                    continue;
                }
                let mut content = answer.content();
                if tells {
                    let room = content.get("room").unwrap();
                    assert_eq!(room["lite"], lite(room_id, status, permission, &room["lite"]), "{place}");
                    content.insert("room".to_owned(), Value::Null);
                }
                let mut due = empty(&mut line, method).await;
                if tells {
                    due.insert("room".to_owned(), Value::Null);
                }
                if method.name == "GetLiveBagAssemble" {
                    // The inner envelope is the same; it is compared with the bag's own elsewhere.
                    content.remove("bag");
                    due.remove("bag");
                }
                assert_eq!(content, due, "{place}");
            }
        }
    }
}

/// The empty answer of a method.
async fn empty(line: &mut JsonClient, method: &Method) -> serde_json::Map<String, Value> {
    let refused = line.ask(method.name, &method.request(-1, GUEST)).await;
    assert_eq!(refused.code(), 10_001, "{}", method.name);
    refused.content()
}

/// A room with nothing to sell.
fn lite(room_id: i64, status: Option<&str>, permission: &str, found: &Value) -> Value {
    json!({
        "room_id": room_id, "anchor_id": 500_000 + room_id, "status": status, "permission": permission,
        "has_bag": false, "bag_count": 0, "has_flash_sale": false, "has_voucher": false, "has_auction": false,
        "pinned_kind": "NONE", "pinned_product_id": 0, "entry_text": found["entry_text"],
    })
}

fn batch(
    method: &Method,
    answer: &Answer,
    (room_id, status, permission, sells): (i64, Option<&str>, &str, bool),
    place: &str,
) {
    let Some(status) = status else {
        if conduct(method) == Conduct::Lists {
            assert_eq!(answer.at("/missing"), &json!([room_id]), "{place}");
            assert!(answer.at(&format!("/rooms/{room_id}")).is_null(), "{place}");
            assert!(answer.at("/rooms/2001").is_object(), "{place}");
        } else {
            for result in answer.list("/results") {
                assert_eq!((&result["room_id"], &result["components"]), (&json!(room_id), &json!([])), "{place}");
                assert!(result.get("room_status").is_none(), "{place}");
            }
        }
        return;
    };
    if conduct(method) == Conduct::Lists {
        let room = answer.at(&format!("/rooms/{room_id}"));
        assert_eq!(answer.at("/missing"), &json!([]), "{place}");
        if sells {
            assert_eq!((&room["status"], &room["permission"]), (&json!(status), &json!(permission)), "{place}");
            assert_eq!((&room["has_bag"], &room["bag_count"]), (&json!(true), &json!(200)), "{place}");
        } else {
            assert_eq!(room, &lite(room_id, Some(status), permission, room), "{place}");
        }
        return;
    }
    let results = answer.list("/results");
    assert_eq!(results.len(), 2, "{place}");
    for result in results {
        assert_eq!((&result["room_id"], &result["room_status"]), (&json!(room_id), &json!(status)), "{place}");
        assert_eq!(result["components"].as_array().unwrap().is_empty(), !sells, "{place}");
    }
}

#[tokio::test]
async fn a_closed_room_among_others_costs_only_its_own_place() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let rooms = [1001, 1003, 999, 1004, 1011, 1007];
    let mut lite = named("MGetRoomLiteData").at_home(BUYER);
    lite["rooms"] = rooms.map(|room_id| json!({ "room_id": room_id })).into();
    let answer = line.whole("MGetRoomLiteData", &lite).await;
    let sells = |room: &&Value| room["has_bag"] == true;
    let rooms_told = answer.at("/rooms").as_object().unwrap();
    assert_eq!(rooms_told.keys().collect::<Vec<_>>(), ["1001", "1003", "1004", "1007", "1011"]);
    assert_eq!(rooms_told.values().filter(sells).count(), 2);
    assert_eq!(answer.at("/missing"), &json!([999]));

    let mut slots = named("MGetFcpEcomComponent").at_home(BUYER);
    slots["slots"] = rooms.map(|room_id| json!({ "room": { "room_id": room_id } })).into();
    let answer = line.whole("MGetFcpEcomComponent", &slots).await;
    let full = answer.list("/results").iter().map(|result| !result["components"].as_array().unwrap().is_empty());
    assert_eq!(full.collect::<Vec<_>>(), [true, false, false, false, false, true]);
    let order = answer.list("/results").iter().map(|result| result["room_id"].as_i64().unwrap());
    assert_eq!(order.collect::<Vec<_>>(), rooms);
}
