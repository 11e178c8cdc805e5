//! The effective plans of all methods compared with a checked-in file: tasks, edges, strengths, importance.
//!
//! `UPDATE_PLANS=1 cargo test -p live-pack-handlers plans` rewrites `tests/effective.txt`; review its diff before
//! committing it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
    time::Duration,
};

use live_pack_dal::config::{Conf, EngineConf, EngineEntry, Name, TaskConf};
use live_pack_engine::{Definition, Plan, PlanConf, Strength};
use live_pack_entities::{request::LiveRequest, scene::LiveScene};
use serde_json::Value;

use super::*;
use crate::{
    engine_states::EngineStates,
    engines::{
        creator_shop_engine, fcp_component_engine, live_bag_auction_engine, live_bag_preview_engine,
        live_bag_products_engine, live_bag_products_refresh_engine, live_bag_tab_engine, pin_card_data_engine,
        preview_pin_card_data_engine, promotion_banner_engine, room_common_engine, room_data_engine, room_lite_engine,
        surprise_set_engine, top_banner_engine,
    },
    testing::request,
};

#[test]
fn every_plan_compiles_with_the_built_in_configuration_and_explains_itself() {
    let plans = Plans::compile(&Conf::default(), &EngineStates::new().unwrap()).unwrap();
    for (method, engine) in Plans::engines() {
        assert!(plans.explain(method, engine).unwrap().starts_with(engine), "{method}/{engine}");
    }
    assert_eq!(plans.explain("GetLiveBagData", "NoEngine"), None);
    assert_eq!(Plans::flows().len(), 4, "{:?}", Plans::flows());
    for (method, flow) in Plans::flows() {
        assert!(plans.explain(method, flow).unwrap().starts_with(&format!("{flow}: ")), "{method}/{flow}");
    }
}

fn entry(method: &'static str, engine: &'static str) -> EngineEntry {
    let [method, engine] = [method, engine].map(|name| Name::Only(name.into()));
    EngineEntry {
        method,
        engine,
        enabled: None,
        strength: None,
        mode: None,
        waits: None,
        timeout: None,
        reserve: None,
        shed: None,
        tasks: BTreeMap::new(),
    }
}

fn compiled(entries: Vec<EngineEntry>) -> Result<Plans, Vec<String>> {
    let conf = Conf { engines: EngineConf { entries, overlay: None }, ..Conf::default() };
    let plans = Plans::compile(&conf, &EngineStates::new().unwrap());
    plans.map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_flow_shows_the_configuration_of_its_branches() {
    let off = EngineEntry { enabled: Some(false), ..entry("GetLiveBagData", "PinCardDataEngine") };
    let strong = EngineEntry { strength: Some(Strength::Strong), ..entry("GetLiveBagData", "LiveBagTabEngine") };
    let plans = compiled(vec![off, strong]).unwrap();
    let text = plans.explain("GetLiveBagData", "Bag").unwrap();
    for line in [
        "PinCardDataEngine [weak, switched off, engines[0] (GetLiveBagData/PinCardDataEngine), if needed]",
        "LiveBagTabEngine [strong, engines[1] (GetLiveBagData/LiveBagTabEngine)]",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(plans.explain("GetLiveBagAssemble", "Bag").unwrap().contains("LiveBagTabEngine [weak]\n"));
}

#[test]
fn a_refused_switch_is_reported_with_the_fault_of_a_plan() {
    let slow = TaskConf { timeout: Some(Duration::from_secs(2)), ..TaskConf::default() };
    let tasks = [("TabConverter".into(), slow)].into();
    let tab = EngineEntry { tasks, ..entry("GetLiveBagData", "LiveBagTabEngine") };
    let products = EngineEntry { enabled: Some(false), ..entry("GetLiveBagData", "LiveBagProductsEngine") };
    let faults = compiled(vec![tab, products]).unwrap_err();
    assert_eq!(
        faults,
        [
            "LivePackEngineConf.json: engines[0].tasks.TabConverter: GetLiveBagData/LiveBagTabEngine: TabConverter timeout \
             2s is above the engine's 500ms",
            "LivePackEngineConf.json: engines[1].enabled: GetLiveBagData/Bag: LiveBagProductsEngine is strong and cannot be \
             switched off, found false",
        ]
    );
}

#[tokio::test]
async fn the_effective_plans_are_the_reviewed_ones() {
    let found = pictures();
    if std::env::var("UPDATE_PLANS").is_ok_and(|value| value == "1") {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/live_pack/plans/tests/effective.txt");
        std::fs::write(file, &found).unwrap();
        return;
    }
    let expected = include_str!("tests/effective.txt");
    for (line, (found, expected)) in (1..).zip(found.lines().zip(expected.lines())) {
        assert_eq!(found, expected, "line {line} of effective.txt");
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

/// Every plan of every method; a plan shared by several methods is shown once.
fn pictures() -> String {
    let plans = Plans::compile(&Conf::default(), &EngineStates::new().unwrap()).unwrap();
    let strengths = strengths();
    let (mut text, mut drawn) = (String::new(), BTreeMap::new());
    for (method, engine) in Plans::engines() {
        let tasks = picture(&plans.plan(method, engine).unwrap().explain_json(), &strengths[engine]);
        match drawn.get(&tasks) {
            Some(first) => writeln!(text, "{method}/{engine}: as {first}\n").unwrap(),
            None => writeln!(text, "{method}/{engine}\n{tasks}").unwrap(),
        }
        drawn.entry(tasks).or_insert_with(|| format!("{method}/{engine}"));
    }
    text
}

fn picture(plan: &Value, strong: &[BTreeSet<&'static str>; 2]) -> String {
    let mut text = format!("answers {}\n", plan["answer"].as_str().unwrap());
    for task in plan["tasks"].as_array().unwrap() {
        let name = task["task"].as_str().unwrap();
        let strength = match strong.each_ref().map(|strong| strong.contains(name)) {
            [true, true] => "strong",
            [true, false] => "strong for one room, weak for several",
            [false, true] => "weak for one room, strong for several",
            [false, false] => "weak",
        };
        let (stage, importance) = (task["stage"].as_str().unwrap(), task["importance"]["value"].as_str().unwrap());
        let edges = task["waits_for"].as_array().unwrap().iter();
        let mut edges: Vec<String> =
            edges.map(|edge| format!("{} {}", edge["why"].as_str().unwrap(), edge["task"].as_str().unwrap())).collect();
        edges.sort_unstable();
        let edges = if edges.is_empty() { String::new() } else { format!("; {}", edges.join(", ")) };
        writeln!(text, "  {stage} {name}: {strength}, {importance}{edges}").unwrap();
    }
    text
}

/// The strong tasks of each engine in a request about one room, and about several.
fn strengths() -> BTreeMap<&'static str, [BTreeSet<&'static str>; 2]> {
    fn add<S: LiveScene, A>(
        definition: &Definition<S, A>,
        requests: &[Arc<LiveRequest>; 2],
        strengths: &mut BTreeMap<&'static str, [BTreeSet<&'static str>; 2]>,
    ) {
        let plan = Plan::compile(definition, &PlanConf::default()).unwrap();
        let strong = requests.each_ref().map(|request| plan.strong_tasks(request).into_iter().collect());
        strengths.insert(definition.engine(), strong);
    }
    let requests = [request(Vec::new()), request(vec![1, 2])];
    let mut strengths = BTreeMap::new();
    macro_rules! add {
        ($($engine:ident)*) => {$(add(&$engine(), &requests, &mut strengths);)*};
    }
    add! {
        creator_shop_engine fcp_component_engine live_bag_auction_engine live_bag_preview_engine live_bag_products_engine
        live_bag_products_refresh_engine live_bag_tab_engine pin_card_data_engine preview_pin_card_data_engine
        promotion_banner_engine room_common_engine room_data_engine room_lite_engine surprise_set_engine
        top_banner_engine
    }
    strengths
}
