//! Every task of an engine does some work for at least one request of the table.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_handlers::Plans;
use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, GUEST, Viewer, all, named},
    stack::Stack,
};

/// Method, engine and task.
type TaskPath = (String, String, String);

/// Rooms with products, auctions, both, flash sales, a pinned voucher and products that must be left out.
const ROOMS: [i64; 6] = [1001, 1006, 1007, 1008, 1009, 1010];

fn with_record(mut request: Value) -> Value {
    request["Base"] = json!({ "Extra": { "lp-record": "1" } });
    request
}

/// Every task in the records, with its outcome in each of them.
fn gather(method: &str, answer: &Answer, found: &mut BTreeMap<TaskPath, BTreeSet<String>>) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for engine in answer.record()["engines"].as_array().unwrap() {
        for task in engine["tasks"].as_array().unwrap() {
            let place = (method.to_owned(), text(&engine["engine"]), text(&task["task"]));
            let end = task["reason"].as_str().map_or_else(String::new, |reason| format!(" ({reason})"));
            found.entry(place).or_default().insert(text(&task["outcome"]) + &end);
        }
    }
}

#[tokio::test]
async fn every_task_of_every_engine_ends_its_work_for_some_request() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut found = BTreeMap::new();
    for method in all() {
        for (room_id, viewer) in ROOMS.into_iter().flat_map(|room_id| [(room_id, GUEST), (room_id, BUYER)]) {
            let answer = line.ask(method.name, &with_record(method.request(room_id, viewer))).await;
            gather(method.name, &answer, &mut found);
        }
    }
    // Tasks that only one tab needs.
    for method in ["GetLiveBagData", "GetLiveBagAssemble"] {
        let mut request = named(method).at_home(BUYER);
        request["tab"] = json!("VOUCHER");
        gather(method, &line.ask(method, &with_record(request)).await, &mut found);
    }
    // A viewer who enters a room sees no highlights of the shop, so their tasks are idle.
    let no_highlights = |(method, engine, _): &TaskPath| method == "GetRoomFullData" && engine == "CreatorShopEngine";
    let idle: Vec<_> = found.iter().filter(|(place, ends)| !ends.contains("done") && !no_highlights(place)).collect();
    assert!(idle.is_empty(), "{idle:#?}");
    let ran: BTreeSet<_> = found.keys().map(|(method, engine, _)| (method.as_str(), engine.as_str())).collect();
    assert_eq!(ran, Plans::engines().into_iter().collect::<BTreeSet<_>>(), "engines that ran, and all there are");
    assert_eq!(ran.iter().map(|(method, _)| method).collect::<BTreeSet<_>>().len(), all().count());
}

/// The filters that remove something in any engine of these answers, and those that end an engine.
fn deciding(answer: &Answer, found: &mut BTreeSet<String>) {
    for engine in answer.record()["engines"].as_array().unwrap() {
        let rejected = engine["rejected"].as_array().unwrap().iter().map(|rejected| &rejected["by"]);
        found.extend(rejected.chain([&engine["stopped_by"]]).filter_map(|by| Some(by.as_str()?.to_owned())));
    }
}

#[tokio::test]
async fn every_filter_rejects_something_for_some_request() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let (mut filters, mut deciders) = (BTreeSet::new(), BTreeSet::new());
    let minor = Viewer { user_id: 102, ..BUYER };
    for method in all() {
        for (room_id, viewer) in [(1001, BUYER), (1003, BUYER), (1005, GUEST), (1007, BUYER), (1010, minor)] {
            for (app_version, tab) in [(350_000, "ALL"), (330_000, "ALL"), (100, "FLASH_SALE")] {
                let mut request = with_record(method.request(room_id, viewer));
                request["user"]["app_version"] = json!(app_version);
                if request.get("page").is_some() {
                    request["tab"] = json!(tab);
                }
                let answer = line.ask(method.name, &request).await;
                deciding(&answer, &mut deciders);
                for engine in answer.record()["engines"].as_array().unwrap() {
                    let tasks = engine["tasks"].as_array().unwrap().iter();
                    let of_stage = tasks.filter(|task| task["stage"] == "filters");
                    filters.extend(of_stage.map(|task| task["task"].as_str().unwrap().to_owned()));
                }
            }
        }
    }
    // A creator whose shop cannot be entered is among the generated rooms.
    for room_id in 3001..=3100 {
        let request = named("GetLiveBagCreatorShopInfo").request(room_id, BUYER);
        deciding(&line.ask("GetLiveBagCreatorShopInfo", &with_record(request)).await, &mut deciders);
    }
    assert!(filters.len() > 10, "{filters:?}");
    let idle: Vec<_> = filters.difference(&deciders).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
