//! Route groups and lanes through the whole service: five worlds with different answers, and a process without a world.

use std::time::Duration;

use live_pack_commerce::{Clock, RunningWorld, WorldSettings};
use live_pack_dal::{CacheName, Downstream};
use live_pack_idl::{
    base::{Base, TrafficEnv},
    live_pack::GetLiveBagDataResponse,
};
use serde_json::{Value, json};

use crate::{
    ask::{code, ids, room},
    serve::{Serve, http, run},
    stack::{NOW, Setup, Stack, eventually},
};

const SOON: Duration = Duration::from_secs(20);

async fn world(seed: u64) -> RunningWorld {
    let settings = WorldSettings { seed, clock: Clock::Frozen(NOW), ..WorldSettings::default() };
    live_pack_commerce::serve(settings).await.unwrap()
}

/// `DownstreamConf` with an entry for every service, made of its address in each of these worlds.
fn conf<'a>(worlds: &'a [(&'a str, &'a RunningWorld)], kind: &str) -> Value {
    let services = Downstream::ALL.into_iter().map(|service| {
        let list = |world: &RunningWorld| json!({ "static": [world.addresses().of(service).to_string()] });
        let lists = worlds.iter().map(|(name, world)| ((*name).to_owned(), list(world)));
        (service.name().to_owned(), json!({ kind: serde_json::Map::from_iter(lists) }))
    });
    json!({ "services": serde_json::Map::from_iter(services) })
}

fn calls(world: &RunningWorld) -> u64 {
    world.calls().into_values().sum()
}

#[tokio::test]
async fn a_german_viewer_is_served_from_europe_only() {
    let (eu, sea, jp, latam) = (world(2).await, world(3).await, world(4).await, world(5).await);
    let groups = conf(&[("EU", &eu), ("SEA", &sea), ("JP", &jp), ("LATAM", &latam)], "groups");
    let stack = Setup::default().conf("DownstreamConf", groups).start().await;
    let rows = [("US", &stack.world), ("DE", &eu), ("SG", &sea), ("JP", &jp), ("BR", &latam)];
    for (region, served) in rows {
        rows.iter().for_each(|(_, world)| world.faults().reset_calls());
        let answer = stack.answer(room(1001).from(region, "en")).await;
        assert_eq!(code(&answer), 0, "{region}: {:?}", answer.base_resp);
        for (name, world) in rows {
            assert_eq!(calls(world) > 0, std::ptr::eq(world, served), "{region} called the world of {name}");
        }
    }
    let taken = |group, taken| stack.counter("live_pack_rpc_routes_total", &[("group", group), ("taken", taken)]);
    assert!(taken("EU", "own") > 0 && taken("US", "default") > 0);
    assert_eq!((taken("EU", "default"), taken("US", "own")), (0, 0));
}

/// The answer to a caller who names a lane in `Base.TrafficEnv` and asks for the record.
async fn in_lane(stack: &Stack, lane: &str) -> GetLiveBagDataResponse {
    let mut ask = room(1001);
    let env = TrafficEnv { open: true, env: lane.to_owned().into() };
    let extra = [("lp-record".into(), "1".into())].into();
    ask.0.base = Some(Base { traffic_env: Some(env), extra: Some(extra), ..Base::default() });
    let answer = stack.answer(ask).await;
    assert_eq!(code(&answer), 0, "{lane}: {:?}", answer.base_resp);
    assert!(!ids(&answer).is_empty());
    answer
}

fn titles(answer: &GetLiveBagDataResponse) -> Vec<String> {
    answer.products.iter().map(|card| card.title.to_string()).collect()
}

#[tokio::test]
async fn a_named_lane_has_its_own_world_and_shares_no_cache_with_the_others() {
    let lane = world(2).await;
    let kept = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "local_ttl": "1h" })));
    let stack = Setup::default()
        .conf("CacheConf", json!({ "caches": serde_json::Map::from_iter(kept) }))
        .conf("DownstreamConf", conf(&[("boe_a", &lane)], "lanes"))
        .start()
        .await;
    let plain = titles(&in_lane(&stack, "").await);
    let own = in_lane(&stack, "boe_a").await;
    assert_ne!(titles(&own), plain);
    let record: Value = serde_json::from_str(&own.base_resp.extra.as_ref().unwrap()["lp-record"]).unwrap();
    assert_eq!(
        (&record["lane"], &record["own_lane"], &record["route_group"]),
        (&json!("boe_a"), &json!(true), &json!("US"))
    );
    let prices = || stack.world.calls().get("product_price.MGetProductPrice").copied();
    let before = prices();
    // a lane without an entry shares everything: its prices come from the caches
    assert_eq!(titles(&in_lane(&stack, "boe_b").await), plain);
    assert_eq!((before.is_some(), prices()), (true, before));
    assert_eq!(titles(&in_lane(&stack, "boe_a").await), titles(&own));
    assert_eq!(titles(&in_lane(&stack, "").await), plain);
    // a name that is too long is ignored
    in_lane(&stack, &"x".repeat(65)).await;
    assert_eq!(stack.counter("live_pack_context_malformed_total", &[("value", "lane")]), 1);
}

#[tokio::test]
async fn pins_of_a_lane_and_of_a_route_group_have_their_own_redis_keys() {
    use redis::AsyncCommands as _;
    let redis = crate::redis::Server::start().await;
    let (eu, lane) = (world(1).await, world(1).await);
    let mut both = conf(&[("EU", &eu)], "groups");
    for (service, entry) in conf(&[("boe_a", &lane)], "lanes")["services"].as_object().unwrap() {
        both["services"][service]["lanes"] = entry["lanes"].clone();
    }
    let stack = Setup::default().redis(&redis.url).conf("DownstreamConf", both).start().await;
    let mut connection = redis.connection().await.unwrap();
    let expected = ["lp:pin:1001", "lp:pin:1001:-:boe_a", "lp:pin:1001:EU:-"];
    // repeated: on a busy machine a request may proceed without Redis
    let keys = eventually(SOON, async || {
        for region in ["US", "JP", "DE"] {
            stack.answer(room(1001).from(region, "en")).await;
        }
        in_lane(&stack, "boe_a").await;
        let mut keys: Vec<String> = connection.keys("lp:pin:*").await.ok()?;
        keys.sort();
        (keys.len() >= expected.len()).then_some(keys)
    });
    assert_eq!(keys.await, expected);
}

fn ready(serve: &Serve) -> (u16, Value) {
    let (code, body) = http(&serve.ops, "GET /readyz", "").unwrap();
    (code, serde_json::from_str(&body).unwrap())
}

// multi-threaded: the commands below block a thread, and the world must answer meanwhile
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_starts_without_a_world_and_is_ready_when_the_configuration_names_one() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().to_str().unwrap();
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--world", "none", "--conf", directory];
    let serve = Serve::start_with(&flags);
    let (code, answer) = ready(&serve);
    assert_eq!((code, &answer["reason"]), (503, &json!("awaiting downstreams")));
    let awaited = answer["downstreams"].as_array().unwrap();
    assert!(awaited.contains(&json!("product_relation")) && awaited.contains(&json!("live_data")), "{answer}");
    let (code, stdout, _) = run(&["call", "GetLiveBagData", "--room", "1001", "--addr", &serve.thrift]);
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &answer["BaseResp"]["StatusCode"]), (Some(3), &json!(30_002)), "{stdout}");
    // addresses are added while it runs
    let world = live_pack_commerce::serve(WorldSettings::default()).await.unwrap();
    let text = conf(&[("default", &world)], "groups").to_string();
    std::fs::write(folder.path().join(".new"), text).unwrap();
    std::fs::rename(folder.path().join(".new"), folder.path().join("DownstreamConf.json")).unwrap();
    eventually(SOON, async || (ready(&serve).0 == 200).then_some(())).await;
    let (code, stdout, _) =
        run(&["call", "GetLiveBagData", "--room", "1001", "--lane", "boe_a", "--addr", &serve.thrift]);
    assert_eq!(code, Some(0), "{stdout}");
    let (_, body) = http(&serve.ops, "GET /api/downstreams", "").unwrap();
    let shown: Value = serde_json::from_str(&body).unwrap();
    let price = shown["services"].as_array().unwrap().iter().find(|one| one["service"] == "product_price").unwrap();
    let instance = &price["routes"][0]["instances"][0];
    assert_eq!((&price["routes"][0]["route"], &instance["reachable"]), (&json!("default"), &json!(true)), "{price}");
    assert!(instance["calls"].as_u64().unwrap() > 0 && instance["latency_us"].as_u64().unwrap() > 0, "{price}");
}
