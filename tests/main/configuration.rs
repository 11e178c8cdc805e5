//! Hot configuration while the service runs: changes take effect, and invalid ones are rejected without harm.

use std::time::Duration;

use live_pack::{settings::Environment, wiring};
use live_pack_idl::live_pack::GetLiveBagDataResponse;
use serde_json::{Value, json};

use crate::{
    ask::{code, degraded, room},
    stack::{Setup, Stack, engines, eventually},
};

/// The contract: a change takes effect within two seconds.
const SOON: Duration = Duration::from_secs(2);

fn has_atmosphere(answer: &GetLiveBagDataResponse) -> bool {
    let mut labels = answer.products.iter().flat_map(|card| &card.labels);
    labels.any(|label| label.code.starts_with("atmosphere"))
}

/// All engines with a long enough timeout, and these settings of their tasks.
fn tasks(tasks: Value) -> String {
    engines(json!({ "timeout": "3s", "reserve": "20ms", "tasks": tasks })).to_string()
}

fn rejected(stack: &Stack, key: &str) -> u64 {
    stack.counter("live_pack_config_rejected_total", &[("key", key)])
}

async fn until(stack: &Stack, what: impl Fn(&GetLiveBagDataResponse) -> bool) {
    eventually(SOON, async || what(&stack.bag(room(1001).page(0, 50)).await).then_some(())).await;
}

#[tokio::test]
async fn a_task_that_is_switched_off_is_gone_from_the_next_answers_and_comes_back() {
    let stack = Stack::start().await;
    assert!(has_atmosphere(&stack.bag(room(1001).page(0, 50)).await));
    stack.write_conf("LivePackEngineConf", &tasks(json!({ "ProductAtmosphereLoader": { "enabled": false } })));
    until(&stack, |answer| !has_atmosphere(answer)).await;
    stack.write_conf("LivePackEngineConf", &tasks(json!({})));
    until(&stack, has_atmosphere).await;
    assert_eq!(rejected(&stack, "LivePackEngineConf"), 0);
}

#[tokio::test]
async fn a_bad_file_changes_nothing_but_a_counter_and_a_good_one_ends_that() {
    let stack = Stack::start().await;
    stack.write_conf("LivePackEngineConf", &tasks(json!({ "ProductAtmosphereLoader": { "enabled": false } })));
    until(&stack, |answer| !has_atmosphere(answer)).await;
    let known = [
        "{ \"engines\": [ { \"method\": ".to_owned(),
        tasks(json!({ "ProductAtmosphereLoder": { "enabled": true } })),
        engines(json!({ "timeout": "3 seconds" })).to_string(),
        engines(json!({ "modus": "dag" })).to_string(),
        json!({ "engines": [{ "method": "GetLiveBagData", "engine": "LiveBagProductEngine" }] }).to_string(),
        json!({ "engines": [{ "method": "GetLiveBag", "engine": "*" }] }).to_string(),
    ];
    for (bad, text) in (1..).zip(known) {
        stack.write_conf("LivePackEngineConf", &text);
        let counted = async || (rejected(&stack, "LivePackEngineConf") >= bad).then_some(());
        eventually(SOON, counted).await;
        assert!(!has_atmosphere(&stack.bag(room(1001).page(0, 50)).await), "the last valid file stays active: {text}");
    }
    stack.write_conf("LivePackEngineConf", &tasks(json!({})));
    until(&stack, has_atmosphere).await;
}

#[tokio::test]
async fn a_task_that_no_engine_has_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    for (entry, part) in [
        (
            json!({ "method": "GetLiveBagData", "engine": "LiveBagProductsEngine", "tasks": { "NoTask": { "enabled": true } } }),
            "NoTask",
        ),
        (
            json!({ "method": "*", "engine": "LiveBagProductsEngine", "tasks": { "NoTask": { "importance": "low" } } }),
            "NoTask",
        ),
        (json!({ "method": "GetLiveBagData", "engine": "LiveBagProductsEngine", "tasks": { "NoTask": {} } }), "NoTask"),
        (json!({ "method": "GetLiveBagData", "engine": "NoEngine" }), "NoEngine"),
        (json!({ "method": "NoMethod", "engine": "*" }), "NoMethod"),
        (json!({ "method": "*", "engine": "*", "tasks": { "NoTask": { "enabled": false } } }), "NoTask"),
    ] {
        let text = json!({ "engines": [entry] }).to_string();
        std::fs::write(dir.path().join("LivePackEngineConf.json"), &text).unwrap();
        let faults = wiring::check_config(dir.path(), Environment::Dev);
        assert!(faults.iter().any(|fault| fault.contains(part)), "{text} gives {faults:?}");
    }
}

#[test]
fn all_faults_are_reported_together_with_their_paths_including_plans_and_mocks() {
    let dir = tempfile::tempdir().unwrap();
    let engines = json!({ "engines": [
        { "method": "GetLiveBagData", "engine": "LiveBagProductsEngine", "timeout": "4s",
          "tasks": { "NoTask": { "enabled": true }, "ProductPriceLoader": { "timeout": "soon" } } },
        { "method": "*", "engine": "*", "tasks": { "AlsoNoTask": {} } },
        { "method": "NoMethod", "engine": "*" },
        { "method": "GetLiveBagTab", "engine": "NoEngine", "mode": "dagg" },
    ] });
    let mocks = json!({ "rules": [{ "downstream": "cart", "methd": "GetCartCount" }, { "downstream": "card", "method": "x", "delay": "1s" }] });
    for (key, value) in [
        ("LivePackEngineConf", engines),
        ("livePackDownstreamRpcMock", mocks),
        ("RateLimitConf", json!({ "rates": [{ "level": "user", "caller": "nobody", "limit": 1, "period": "1s" }] })),
        ("AbConf", json!({ "experiments": { "sold_out_sink": { "percent": "all" } } })),
    ] {
        std::fs::write(dir.path().join(format!("{key}.json")), value.to_string()).unwrap();
    }
    std::fs::write(dir.path().join("TabConf.jsn"), "{}").unwrap();
    let faults = wiring::check_config(dir.path(), Environment::Dev);
    for part in [
        "TabConf.jsn: must be named after a key",
        "LivePackEngineConf.json: engines[0].timeout: must be at most 3s",
        "LivePackEngineConf.json: engines[0].tasks.NoTask: must be a task of LiveBagProductsEngine, one of ",
        "LivePackEngineConf.json: engines[0].tasks.ProductPriceLoader.timeout: must be a whole number",
        "LivePackEngineConf.json: engines[1].tasks.AlsoNoTask: must be a task of some engine",
        "LivePackEngineConf.json: engines[2].method: must be * or a method",
        "LivePackEngineConf.json: engines[3].engine: must be * or an engine, one of LiveBagTabEngine",
        "LivePackEngineConf.json: engines[3].mode: unknown variant",
        "livePackDownstreamRpcMock.json: rules[0].methd: unknown field",
        "livePackDownstreamRpcMock.json: rules[1].downstream: must be one of",
        "RateLimitConf.json: rates[0].caller: must be a caller",
        "AbConf.json: experiments.sold_out_sink.percent: invalid type",
    ] {
        assert!(faults.iter().any(|fault| fault.starts_with(part)), "{part} in {faults:#?}");
    }
    assert!(faults.len() <= 14, "no fault that only follows from another: {faults:#?}");
}

#[test]
fn canned_answers_are_refused_in_production() {
    let dir = tempfile::tempdir().unwrap();
    let rule = json!({ "downstream": "product_price", "method": "MGetProductPrice", "answer": "empty" });
    let text = json!({ "rules": [rule] }).to_string();
    std::fs::write(dir.path().join("livePackDownstreamRpcMock.json"), text).unwrap();
    assert_eq!(wiring::check_config(dir.path(), Environment::Dev), [""; 0]);
    let faults = wiring::check_config(dir.path(), Environment::Prod);
    assert!(faults.iter().any(|fault| fault.contains("must be empty in production")), "{faults:?}");
}

#[tokio::test]
async fn engines_without_stages_answer_the_same() {
    let staged = Stack::start().await;
    let dag = json!({ "mode": "dag", "timeout": "3s", "reserve": "20ms" });
    let dag = Setup::default().conf("LivePackEngineConf", engines(dag)).start().await;
    for room_id in [1001, 1002, 1003, 1005, 1007, 1009, 1010, 2009] {
        for user_id in [0, 101, 102] {
            let ask = room(room_id).by(user_id);
            assert_eq!(dag.answer(ask.clone()).await, staged.answer(ask).await, "room {room_id}, user {user_id}");
        }
    }
}

fn mock(rule: &Value) -> String {
    let mut all = json!({ "downstream": "cart", "method": "MCheckInCart", "users": [101] });
    all.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    json!({ "rules": [all] }).to_string()
}

#[tokio::test]
async fn a_mocked_method_fails_or_is_slow_for_the_named_users_only() {
    let stack = Stack::start().await;
    stack.write_conf("livePackDownstreamRpcMock", &mock(&json!({ "error": "remote" })));
    eventually(SOON, async || {
        let answer = stack.answer(room(1001).by(101)).await;
        assert_eq!(code(&answer), 0);
        (degraded(&answer) == ["CartInfoLoader"]).then_some(())
    })
    .await;
    stack.bag(room(1001).by(103)).await;

    stack.write_conf("livePackDownstreamRpcMock", &mock(&json!({ "delay": "150ms" })));
    eventually(SOON, async || {
        let begun = tokio::time::Instant::now();
        let answer = stack.answer(room(1001).by(101)).await;
        let late = begun.elapsed() >= Duration::from_millis(150);
        (late && degraded(&answer).is_empty()).then_some(())
    })
    .await;

    stack.write_conf("livePackDownstreamRpcMock", &mock(&json!({ "error": "sad" })));
    eventually(SOON, async || (rejected(&stack, "livePackDownstreamRpcMock") >= 1).then_some(())).await;
    stack.write_conf("livePackDownstreamRpcMock", &json!({ "rules": [] }).to_string());
    eventually(SOON, async || stack.answer(room(1001).by(101)).await.degraded.is_empty().then_some(())).await;
}

#[tokio::test]
async fn prod_refuses_mocked_methods() {
    let stack = Setup::default().environment(Environment::Prod).start().await;
    stack.write_conf("livePackDownstreamRpcMock", &mock(&json!({ "error": "remote" })));
    eventually(SOON, async || (rejected(&stack, "livePackDownstreamRpcMock") >= 1).then_some(())).await;
    stack.bag(room(1001).by(101)).await;
}
