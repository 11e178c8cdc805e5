//! Unusual requests to every method: a broken rule is reported with field, rule and value, without a downstream call;
//! all other requests are answered as documented, never with another room's data.

mod cases;

use serde_json::{Value, json};

use self::cases::{
    Case, Changes,
    Due::{Answers, As, Code, Invalid, Same, SameBut},
    common, ids, of_one_room, own,
};
use crate::{
    json_client::{Answer, JsonClient, differences, each_field},
    methods::{BUYER, GUEST, Method, Viewer, all, named},
    stack::Stack,
};

/// The request with some values replaced.
fn changed(request: &Value, changes: &Changes) -> Value {
    let mut request = request.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match request.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} points to nothing")) {
            Value::Object(fields) => drop(fields.insert(name.to_owned(), value.clone())),
            other => other[name.parse::<usize>().unwrap()] = value.clone(),
        }
    }
    request
}

/// Checks an answer; returns its fault.
async fn judge(line: &mut JsonClient, method: &Method, case: &Case, answer: &Answer) -> Option<String> {
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
    let mut line = JsonClient::to(&stack).await;
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
async fn minors_may_not_buy_whether_by_account_or_by_claim() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
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
async fn guests_have_no_cart_and_no_claims_and_are_asked_to_log_in() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
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
            assert!(!personal, "{} shows a guest {name}: {value}", method.name);
        });
    }
}

/// Products of other rooms. The id of a product or an auction contains its room.
fn of_other_rooms(answer: &Value, room_id: i64) -> Vec<i64> {
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
    let mut line = JsonClient::to(&stack).await;
    let other: Vec<i64> = (1..=5).map(|item| 1_007_000 + item).collect();
    for method in all().filter(|method| !method.is_batch()) {
        // Rooms alternate, so that data of one left in a cache would show in the next.
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
            // Products on a creator's profile need not be in the bag.
            if let Some(shop) = answer.0.get_mut("creator_shop") {
                shop["highlights"] = Value::Null;
            }
            let found = of_other_rooms(&answer.0, room_id);
            assert!(found.is_empty(), "{} of room {room_id}: {found:?}", method.name);
        }
    }
}

#[tokio::test]
async fn all_faults_of_a_request_come_in_one_message_whatever_the_method() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (method, changes, fields) in [
        (
            "GetPinCardData",
            vec![("/product_id", json!(-1)), ("/known_version", json!(-1))],
            ["product_id", "known_version"],
        ),
        ("GetLiveBagRefresh", vec![("/product_ids", ids(1, 51)), ("/reason", json!(9))], ["product_ids", "reason"]),
        ("GetLiveBagPreviewData", vec![("/count", json!(-1)), ("/room/room_id", json!(0))], ["count", "room.room_id"]),
    ] {
        let request = changed(&named(method).at_home(BUYER), &vec![("/user/user_id", json!(-1))]);
        let answer = line.ask(method, &changed(&request, &changes)).await;
        for field in fields.into_iter().chain(["user.user_id"]) {
            assert!(answer.message().contains(field), "{field} is not in {:?}", answer.message());
        }
    }
}

#[tokio::test]
async fn an_unsupported_language_is_english_and_none_is_that_of_the_region() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (room_id, region, own) in [(2003, "ID", "id"), (2009, "JP", "ja"), (2010, "DE", "de")] {
        for method in all() {
            let spoken = |language: &'static str| method.request(room_id, Viewer { region, language, ..BUYER });
            for (asked, due) in [("tlh", "en"), ("ko", "en"), ("", own), ("!?", own)] {
                let (asked, due) = (spoken(asked), spoken(due));
                let (asked, due) = (line.ask(method.name, &asked).await, line.ask(method.name, &due).await);
                let mut found = differences(&due.0, &asked.0);
                found.remove("room.locale");
                assert!(found.is_empty(), "{} of room {room_id}: {found:?}", method.name);
            }
        }
    }
}
