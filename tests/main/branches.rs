//! Branches of flows under configuration: switched off, made strong, and rejected entries.

use std::time::Duration;

use live_pack::{settings::Environment, wiring};
use live_pack_commerce::{Failure, Fault};
use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, all, named},
    stack::{Setup, Stack, eventually},
};

/// The contract: a change takes effect within two seconds.
const SOON: Duration = Duration::from_secs(2);

/// Every weak branch: method, engine, a room where it has content, and the fields of that content.
const WEAK: [(&str, &str, i64, &str); 13] = [
    ("GetLiveBagData", "LiveBagAuctionEngine", 1006, "/auctions"),
    ("GetLiveBagData", "PinCardDataEngine", 1001, "/pin"),
    ("GetLiveBagData", "LiveBagTabEngine", 1001, "/tabs"),
    ("GetLiveBagAssemble", "LiveBagAuctionEngine", 1006, "/bag/auctions"),
    ("GetLiveBagAssemble", "PinCardDataEngine", 1001, "/bag/pin"),
    ("GetLiveBagAssemble", "LiveBagTabEngine", 1001, "/tabs"),
    ("GetLiveBagAssemble", "TopBannerEngine", 1007, "/top_banners"),
    ("GetLiveBagAssemble", "PromotionBannerEngine", 1001, "/promotion_banners"),
    ("GetLiveBagAssemble", "CreatorShopEngine", 1001, "/creator_shop"),
    ("GetRoomFullData", "PinCardDataEngine", 1001, "/pin"),
    ("GetRoomFullData", "LiveBagPreviewEngine", 1001, "/preview"),
    ("GetRoomFullData", "TopBannerEngine", 1007, "/banners"),
    ("GetRoomFullData", "CreatorShopEngine", 1001, "/creator_shop"),
];

/// All engines with a long enough timeout, and these entries.
fn with(entries: &[Value]) -> Value {
    let mut all = vec![json!({ "method": "*", "engine": "*", "timeout": "3s", "reserve": "20ms" })];
    all.extend_from_slice(entries);
    json!({ "engines": all })
}

fn off(method: &str, engine: &str) -> Value {
    json!({ "method": method, "engine": engine, "enabled": false })
}

fn request(method: &str, room_id: i64) -> Value {
    let mut request = named(method).request(room_id, BUYER);
    request["Base"] = json!({ "Extra": { "lp-record": "1" } });
    request
}

fn ran(answer: &Answer, engine: &str) -> bool {
    answer.record()["engines"].as_array().unwrap().iter().any(|record| record["engine"] == engine)
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[tokio::test]
async fn a_weak_branch_that_is_switched_off_leaves_its_part_out_while_the_server_runs_and_comes_back() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (method, engine, room_id, field) in WEAK {
        let before = line.whole(method, &request(method, room_id)).await;
        assert!(ran(&before, engine) && !is_empty(before.at(field)), "{method} without a switch has {field}");

        stack.write_conf("LivePackEngineConf", &with(&[off(method, engine)]).to_string());
        let switched = async || {
            let mut line = JsonClient::to(&stack).await;
            let answer = line.whole(method, &request(method, room_id)).await;
            (!ran(&answer, engine)).then_some(answer)
        };
        let answer = eventually(SOON, switched).await;
        assert!(is_empty(answer.at(field)), "{method} without {engine} has {field}: {}", answer.at(field));
        let alone = all().filter(|other| other.name != method);
        for other in alone.filter(|other| WEAK.iter().any(|(name, weak, ..)| (*name, *weak) == (other.name, engine))) {
            assert!(ran(&line.whole(other.name, &request(other.name, room_id)).await, engine), "{}", other.name);
        }

        stack.write_conf("LivePackEngineConf", &with(&[]).to_string());
        eventually(SOON, async || {
            let mut line = JsonClient::to(&stack).await;
            ran(&line.whole(method, &request(method, room_id)).await, engine).then_some(())
        })
        .await;
    }
    assert_eq!(stack.counter("live_pack_config_rejected_total", &[("key", "LivePackEngineConf")]), 0);
}

#[tokio::test]
async fn a_weak_branch_that_is_made_strong_fails_the_call_when_its_engine_fails() {
    let refused = Fault { error: Some(Failure::Exception), ..Fault::default() };
    for method in ["GetRoomFullData", "GetLiveBagAssemble"] {
        let weak = Setup::default().without_caches().start().await;
        let entry = json!({ "method": method, "engine": "TopBannerEngine", "strength": "strong" });
        let strong = Setup::default().without_caches().conf("LivePackEngineConf", with(&[entry])).start().await;
        for (stack, code, degraded) in [(weak, 0, vec![("BannerMaterialProvider", 30_002)]), (strong, 30_002, vec![])] {
            let mut line = JsonClient::to(&stack).await;
            assert_eq!(line.whole(method, &named(method).request(1001, BUYER)).await.code(), 0);
            stack.world.faults().set("promotion_delivery.GetBanners", refused).unwrap();
            let answer = line.ask(method, &named(method).request(1001, BUYER)).await;
            assert_eq!((answer.code(), answer.degraded()), (code, degraded), "{method}: {}", answer.message());
        }
    }
}

#[tokio::test]
async fn strong_branches_answer_the_same_where_nothing_fails_also_for_rooms_that_do_not_sell() {
    let plain = Stack::start().await;
    let entry = json!({ "method": "*", "engine": "*", "timeout": "3s", "reserve": "20ms", "strength": "strong" });
    let strong = Setup::default().conf("LivePackEngineConf", json!({ "engines": [entry] })).start().await;
    let (mut plain, mut strong) = (JsonClient::to(&plain).await, JsonClient::to(&strong).await);
    for method in ["GetLiveBagData", "GetLiveBagAssemble", "GetRoomFullData"] {
        let mut codes = std::collections::BTreeSet::new();
        for room_id in [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 999_999] {
            let request = named(method).request(room_id, BUYER);
            let answer = plain.ask(method, &request).await;
            assert_eq!(strong.ask(method, &request).await, answer, "{method} of room {room_id}");
            codes.insert(answer.code());
        }
        assert!(codes.contains(&0) && codes.len() > 2, "{method}: {codes:?}");
    }
}

#[tokio::test]
async fn an_entry_that_would_break_answers_is_refused_and_changes_nothing() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let pin = async |line: &mut JsonClient| {
        ran(&line.whole("GetLiveBagData", &request("GetLiveBagData", 1001)).await, "PinCardDataEngine")
    };
    assert!(pin(&mut line).await);
    let entries = [off("GetLiveBagData", "PinCardDataEngine"), off("GetLiveBagData", "LiveBagProductsEngine")];
    stack.write_conf("LivePackEngineConf", &with(&entries).to_string());
    let rejected = || stack.counter("live_pack_config_rejected_total", &[("key", "LivePackEngineConf")]);
    eventually(SOON, async || (rejected() == 1).then_some(())).await;
    assert!(pin(&mut line).await, "the last valid configuration stays in force");
}

#[test]
fn check_config_reports_every_refused_switch_with_its_place_and_the_nearest_name() {
    let dir = tempfile::tempdir().unwrap();
    let entries = json!({ "engines": [
        off("GetLiveBagData", "LiveBagProductsEngine"),
        { "method": "GetRoomFullData", "engine": "RoomDataEngine", "strength": "weak" },
        off("GetLiveBagAssemble", "Bag"),
        off("GetLiveBagTab", "LiveBagTabEngine"),
        { "method": "GetRoomFullData", "engine": "PinCardDataEngine", "enabled": false, "strength": "strong" },
        { "method": "GetLiveBagData", "engine": "PinCardEngine", "enabled": false },
        { "method": "GetLiveBagDate", "engine": "*", "timeout": "1s" },
        { "method": "*", "engine": "LiveBagProductsEngine", "tasks": { "ProductModelsLoader": { "timeout": "1s" } } },
        { "method": "*", "engine": "Bag", "timeout": "1s", "tasks": { "ImageLoader": {} } },
    ] });
    std::fs::write(dir.path().join("LivePackEngineConf.json"), entries.to_string()).unwrap();
    let faults = wiring::check_config(dir.path(), Environment::Dev);
    for (at, rule) in [
        ("[0].enabled", "GetLiveBagData/Bag: LiveBagProductsEngine is strong and cannot be switched off, found false"),
        (
            "[1].strength",
            "GetRoomFullData/RoomFull: RoomDataEngine is strong and cannot be made weak: the merge needs its value, found \"weak\"",
        ),
        ("[2].enabled", "GetLiveBagAssemble/Assemble: Bag is strong and cannot be switched off, found false"),
        ("[3].enabled", "GetLiveBagTab: LiveBagTabEngine is the whole answer and cannot be switched off, found false"),
        (
            "[4].enabled",
            "GetRoomFullData/RoomFull: PinCardDataEngine is strong and cannot be switched off, found false",
        ),
        (
            "[5].engine",
            "must be * or an engine, one of Bag, LiveBagAuctionEngine, LiveBagProductsEngine, LiveBagTabEngine, PinCardDataEngine; did you mean PinCardDataEngine?, found \"PinCardEngine\"",
        ),
        ("[8].timeout", "must not be set: Bag is a flow, and its engines have their own"),
        ("[8].tasks", "must not be set: Bag is a flow, and its engines have their own"),
    ] {
        let fault = format!("LivePackEngineConf.json: engines{at}: {rule}");
        assert!(faults.contains(&fault), "{fault} in {faults:#?}");
    }
    for (at, nearest) in [("[6].method", "GetLiveBagData"), ("[7].tasks.ProductModelsLoader", "ProductModelLoader")] {
        let tells = |fault: &String| {
            fault.starts_with(&format!("LivePackEngineConf.json: engines{at}: must be "))
                && fault.contains(&format!("; did you mean {nearest}?"))
        };
        assert!(faults.iter().any(tells), "{at} in {faults:#?}");
    }
    assert_eq!(faults.len(), 10, "{faults:#?}");
}
