//! Experiments through the whole service: assignment of viewers to arms, plans with overlays, records and counters.

use serde_json::{Value, json};

use crate::{
    json_client::JsonClient,
    methods::{BUYER, GUEST, named},
    redis::SOON,
    stack::{Setup, Stack, eventually},
};

const EXPOSURES: &str = "live_pack_experiment_exposures_total";
const ANSWERS: &str = "live_pack_experiment_answers_total";

/// An experiment that switches a task off for the viewers of an arm.
fn without_atmosphere(testers: &Value) -> Value {
    json!({ "experiments": { "without_atmosphere": {
        "arms": [
            { "name": "control", "percent": 0 },
            { "name": "off_task", "percent": 0, "engines": [{ "method": "GetLiveBagData", "engine": "*",
                "tasks": { "ProductAtmosphereLoader": { "enabled": false } } }] },
        ],
        "testers": testers,
    } } })
}

/// The record of a page of room 1001.
async fn record(stack: &Stack, user_id: i64) -> Value {
    let mut request = named("GetLiveBagData").request(1001, BUYER);
    request["user"]["user_id"] = user_id.into();
    request["Base"] = json!({ "Extra": { "lp-record": "1" } });
    let answer = JsonClient::to(stack).await.whole("GetLiveBagData", &request).await;
    serde_json::from_str(answer.0["BaseResp"]["Extra"]["lp-record"].as_str().unwrap()).unwrap()
}

/// Whether the record contains a run of the task that the arm switches off.
fn ran_atmosphere(record: &Value) -> bool {
    let engines = record["engines"].as_array().unwrap().iter();
    let tasks = engines.flat_map(|engine| engine["tasks"].as_array().unwrap());
    let mut of_task = tasks.filter(|task| task["task"] == "ProductAtmosphereLoader");
    of_task.any(|task| task.to_string().to_lowercase().contains("\"done\""))
}

#[tokio::test]
async fn an_overlay_switches_a_task_off_for_the_viewers_of_its_arm_only() {
    let conf = without_atmosphere(&json!({ "control": [101], "off_task": [103] }));
    let stack = Setup::default().conf("AbConf", conf).start().await;
    for (user, arm, runs) in [(101, Some("control"), true), (103, Some("off_task"), false), (10_007, None, true)] {
        let record = record(&stack, user).await;
        assert_eq!(record["arms"]["without_atmosphere"].as_str(), arm, "{user}: {}", record["arms"]);
        assert_eq!(ran_atmosphere(&record), runs, "{user}");
    }
    for arm in ["control", "off_task"] {
        let labels = [("experiment", "without_atmosphere"), ("arm", arm)];
        assert_eq!(stack.counter(EXPOSURES, &labels), 1, "{arm}");
        assert_eq!(stack.counter(ANSWERS, &[&labels[..], &[("outcome", "whole")]].concat()), 1, "{arm}");
    }
}

#[tokio::test]
async fn an_arm_is_counted_once_per_request_and_only_if_it_was_read() {
    let stack = Stack::start().await;
    let mut client = JsonClient::to(&stack).await;
    for _ in 0..3 {
        client.whole("GetLiveBagData", &named("GetLiveBagData").request(1001, GUEST)).await;
    }
    let count = |experiment: &str, arm: &str| stack.counter(EXPOSURES, &[("experiment", experiment), ("arm", arm)]);
    assert_eq!((count("flash_sale_first", "on"), count("atmosphere_v2", "off")), (3, 3));
    assert_eq!((count("recommend_tab", "off"), count("flash_sale_first", "off")), (0, 0), "no code reads the first");
    client.whole("GetLiveBagTopBanner", &named("GetLiveBagTopBanner").request(1001, GUEST)).await;
    assert_eq!(count("flash_sale_first", "on"), 3, "banners sort no products");
}

#[tokio::test]
async fn a_faulty_overlay_is_refused_at_its_place_and_series_of_old_arms_go() {
    let stack = Setup::default().conf("AbConf", without_atmosphere(&json!({ "control": [101] }))).start().await;
    record(&stack, 101).await;
    let there = |stack: &Stack| stack.counter(EXPOSURES, &[("experiment", "without_atmosphere")]);
    assert_eq!(there(&stack), 1);
    let wrong = without_atmosphere(&json!({})).to_string().replace("ProductAtmosphereLoader", "ProductAtmosfereLoader");
    stack.write_conf("AbConf", &wrong);
    let refused = || stack.counter("live_pack_config_rejected_total", &[("key", "AbConf")]);
    eventually(SOON, async || (refused() == 1).then_some(())).await;
    stack.write_conf("AbConf", "{}");
    eventually(SOON, async || {
        record(&stack, 101).await;
        (there(&stack) == 0).then_some(())
    })
    .await;
}

#[test]
fn a_fault_of_an_overlay_names_its_experiment_arm_and_entry() {
    let folder = tempfile::tempdir().unwrap();
    let text = without_atmosphere(&json!({})).to_string().replace("ProductAtmosphereLoader", "ProductAtmosfereLoader");
    std::fs::write(folder.path().join("AbConf.json"), text).unwrap();
    let faults = live_pack::wiring::check_config(folder.path(), live_pack::settings::Environment::Prod);
    let place = "AbConf.json: experiments.without_atmosphere.arms[1].engines[0].tasks.ProductAtmosfereLoader";
    assert!(faults.len() == 1 && faults[0].starts_with(place), "{faults:?}");
}
