//! Requests recorded on one server and replayed on another without downstream services and Redis, byte for byte.

use std::path::Path;

use live_pack_idl::json::message;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::{
    methods::{self, BUYER, GUEST, Method, Viewer},
    redis::{SOON, Server},
    serve::{Serve, run},
    stack::{NOW, Setup, Stack, eventually},
    wire::{SCHEMA, exchange, frame_of},
};

const KEY: &str = "livePackDownstreamRpcMock";

/// The recording of a request.
async fn recording(stack: &Stack, method: &str, request: &Value) -> Value {
    let mut request = request.clone();
    request["Base"] = json!({ "Extra": { "lp-mock": "1" } });
    let frame = exchange(stack, &frame_of(method, &request)).await;
    let answer = message::answer(&SCHEMA, SCHEMA.method(method).unwrap(), &frame, 1).unwrap();
    let text = answer.get("BaseResp").and_then(|base| base.get("Extra")).map(|extra| extra.text("lp-mock"));
    serde_json::from_str(&text.unwrap_or_else(|| panic!("{method}: nothing was recorded"))).unwrap()
}

/// Asserts that a server with only the recording gives the same answer.
async fn assert_replays(stack: &Stack, method: &Method, room_id: i64, viewer: Viewer) -> Value {
    let request = method.request(room_id, viewer);
    let frame = frame_of(method.name, &request);
    let expected = exchange(stack, &frame).await;
    let file = recording(stack, method.name, &request).await;
    let player = Setup::default().playing(file.clone()).start().await;
    for turn in ["first", "second"] {
        let played = exchange(&player, &frame).await;
        assert!(played == expected, "the {turn} answer of {} for room {room_id}, {viewer:?}, differs", method.name);
    }
    file
}

#[tokio::test]
async fn every_method_is_played_again_byte_for_byte_without_any_downstream() {
    let stack = Stack::start().await;
    for method in methods::all() {
        let file = assert_replays(&stack, method, method.home, BUYER).await;
        assert!(!file["rules"].as_array().unwrap().is_empty(), "{}", method.name);
    }
}

#[tokio::test]
async fn rooms_of_every_kind_are_played_again_and_so_are_losses() {
    let stack = Stack::start().await;
    let bag = methods::named("GetLiveBagData");
    for room_id in [1002, 1003, 1004, 1005, 1006, 1008, 1009, 1010, 1011, 2009, 999_999] {
        assert_replays(&stack, bag, room_id, GUEST).await;
    }
    let rule = |service: &str, method: &str, what: &str| {
        let mut rule = json!({ "downstream": service, "method": method });
        rule[if what == "failed" { "answer" } else { "error" }] = what.into();
        rule
    };
    let rules = [
        rule("product_detail", "MGetProductDetail", "remote"),
        rule("seller_core", "MGetSeller", "failed"),
        rule("cart", "MCheckInCart", "unreachable"),
        rule("promotion_delivery", "GetBanners", "timeout"),
    ];
    let lossy = Setup::default().without_caches().conf(KEY, json!({ "rules": rules })).start().await;
    assert_replays(&lossy, bag, 1001, BUYER).await;
}

#[tokio::test]
async fn pins_and_live_stock_that_only_redis_knows_are_played_again() {
    let server = Server::start().await;
    let mut redis = server.connection().await.unwrap();
    let _: () = redis.set("lp:pin:1001", "none").await.unwrap();
    let bag = methods::named("GetLiveBagData");
    let stack = Setup::default().redis(&server.url).start().await;
    // until the connection is open, Redis counts as a loss
    let file = eventually(SOON, async || {
        let file = recording(&stack, bag.name, &bag.request(1001, BUYER)).await;
        file["redis"].get("lp:pin:1001").is_some().then_some(file)
    })
    .await;
    assert_eq!(file["redis"]["lp:pin:1001"], "none");
    let sale = file["rules"].as_array().unwrap().iter().find(|rule| rule["method"] == "RenderProductPromotions");
    let activity = sale.unwrap()["answer"]["products"].as_object().unwrap().values().find_map(|product| {
        let sales = product["activities"].as_array()?.iter();
        sales
            .filter(|activity| activity["stock_total"].as_i64() > Some(4))
            .find_map(|sale| sale["activity_id"].as_i64())
    });
    let stock = format!("lp:stock:{}", activity.unwrap());
    let _: () = redis.set(&stock, 3).await.unwrap();
    let without_caches = Setup::default().redis(&server.url).without_caches().start().await;
    let file = eventually(SOON, async || {
        let file = recording(&without_caches, bag.name, &bag.request(1001, BUYER)).await;
        file["redis"].get(&stock).is_some().then_some(file)
    })
    .await;
    assert_eq!(file["redis"][&stock], "3");
    // on a busy machine Redis may be too slow for one of the two calls, which then lacks data that the other one has
    let frame = frame_of(bag.name, &bag.request(1001, BUYER));
    eventually(SOON * 4, async || {
        let expected = exchange(&stack, &frame).await;
        let file = recording(&stack, bag.name, &bag.request(1001, BUYER)).await;
        assert!(file["redis"].get("lp:pin:1001").is_none_or(|pin| pin == "none"));
        let player = Setup::default().playing(file).start().await;
        (exchange(&player, &frame).await == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn production_records_nothing() {
    let stack = Setup::default().environment(live_pack::settings::Environment::Prod).start().await;
    let mut request = methods::named("GetLiveBagTab").request(1001, GUEST);
    request["Base"] = json!({ "Extra": { "lp-mock": "1" } });
    let frame = exchange(&stack, &frame_of("GetLiveBagTab", &request)).await;
    let answer = message::answer(&SCHEMA, SCHEMA.method("GetLiveBagTab").unwrap(), &frame, 1).unwrap();
    assert!(answer.get("BaseResp").unwrap().get("Extra").is_none_or(|extra| extra.get("lp-mock").is_none()));
}

/// The answer that `live-pack` prints for a command.
fn printed(arguments: &[&str]) -> (Option<i32>, String) {
    let (code, out, error) = run(arguments);
    assert!(!out.is_empty(), "{arguments:?}: {error}");
    (code, out)
}

#[test]
fn the_command_writes_a_file_that_a_server_without_downstreams_answers_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{KEY}.json"));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let ask = ["GetLiveBagData", "--room", "1001", "--user", "101", "--count", "5", "--json"];
    let json = r#"{"Base": {"LogID": "the same"}}"#;
    let (dir, ports) = (path(folder.path()), ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"]);
    // enough time on a busy machine
    let engines = json!({ "engines": [{ "method": "*", "engine": "*", "timeout": "3s" }] });
    let of_recorder = tempfile::tempdir().unwrap();
    for folder in [&folder, &of_recorder] {
        std::fs::write(folder.path().join("LivePackEngineConf.json"), engines.to_string()).unwrap();
    }
    std::fs::write(&file, "an older one").unwrap();
    let (clock, conf) = (NOW.to_string(), path(of_recorder.path()));
    let recorder = Serve::start_with(&[&ports[..], &["--clock", &clock, "--conf", &conf]].concat());
    let call = |verb: &'static str, addr: &str, more: &[&str]| {
        let arguments = [&[verb], &ask[..], &[json, "--addr", addr], more].concat();
        printed(&arguments)
    };
    let recorded = call("record", &recorder.thrift, &["--out", &path(&file)]);
    assert_eq!(recorded, call("call", &recorder.thrift, &[]));
    assert_eq!(recorded.0, Some(0));
    drop(recorder);

    let text: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let at = text["recorded_at"].as_str().unwrap();
    let player = Serve::start_with(&[&ports[..], &["--world", "none", "--clock", at, "--conf", &dir]].concat());
    assert_eq!(call("call", &player.thrift, &[]), recorded);
    let (code, ready) = crate::serve::http(&player.ops, "GET /readyz", "").unwrap();
    assert_eq!(code, 200, "{ready}");
}

#[test]
fn a_downstream_method_and_a_server_that_is_not_there_are_refused_and_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mock.json");
    std::fs::write(&file, "an older one").unwrap();
    let out = file.to_str().unwrap();
    let (code, _, error) =
        run(&["record", "cart.GetCartCount", "--user", "101", "--out", out, "--addr", "127.0.0.1:1"]);
    assert!(code == Some(1) && error.contains("only calls of Live Pack are recorded"), "{error}");
    let (code, _, error) = run(&["record", "GetLiveBagTab", "--room", "1001", "--out", out, "--addr", "127.0.0.1:1"]);
    assert!(code == Some(1) && error.contains("cannot connect"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "an older one");
}
