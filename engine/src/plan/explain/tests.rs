//! The effective plan as text, JSON and diagrams, word for word.

#![allow(clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use serde_json::json;

use crate::{
    test_util::{Fake, Tiny, plan},
    *,
};

#[derive(Clone)]
struct Prices;
#[derive(Clone)]
struct Stock;
#[derive(Clone)]
struct Card;

fn configured() -> Plan<Tiny, Card> {
    let definition = Definition::<Tiny>::new("Demo")
        .fake(Fake::value("PriceLoader", Prices).stage(Stage::Loaders))
        .fake(Fake::value("StockLoader", Stock).stage(Stage::Loaders))
        .fake(Fake::value("Card", Card).need::<Prices>().maybe::<Stock>())
        .answer::<Card>();
    let price = TaskConf {
        timeout: Some(Duration::from_millis(80)),
        strength: Some(Strength::Strong),
        depends_on: vec!["StockLoader".into()],
        origins: [("timeout", "engines[1] (*/Demo)".to_owned())].into(),
        ..TaskConf::default()
    };
    let stock = TaskConf { enabled: Some(false), ..TaskConf::default() };
    let tasks = [("PriceLoader".to_owned(), price), ("StockLoader".to_owned(), stock)].into();
    let origins = [("reserve", "engines[0] (*/*)".to_owned())].into();
    plan(&definition, &PlanConf { tasks, origins, ..PlanConf::default() })
}

#[test]
fn as_text() {
    let expected = "\
Demo: Staged mode, timeout 500ms, with 0ns reserved for the converters, engines[0] (*/*); answers Card
loaders
  PriceLoader [strong by configuration] [timeout 80ms, engines[1] (*/Demo)] ← StockLoader (depends_on)
  StockLoader [switched off]
converters
  Card ← needs PriceLoader, reads StockLoader
";
    assert_eq!(configured().explain(), expected);
}

struct Hint;

impl Task<Tiny> for Hint {
    type Output = Self;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Self> {
        Ok(Self)
    }
}

#[test]
fn the_registered_strength_applies_unless_configured() {
    let definition = |conf: TaskConf| {
        let definition = Definition::<Tiny>::new("Demo")
            .strong_if(Hint, |request| request.user > 0)
            .fake(Fake::value("Card", Card).strong())
            .fake(Fake::value("StockLoader", Stock).stage(Stage::Loaders))
            .answer::<Card>();
        plan(&definition, &PlanConf { tasks: [("Hint".to_owned(), conf)].into(), ..PlanConf::default() })
    };
    let registered = definition(TaskConf::default());
    let text = registered.explain();
    let lines = "loaders\n  Hint [strong in some requests]\n  StockLoader\nconverters\n  Card [strong]\n";
    assert!(text.ends_with(lines), "{text}");
    let json = registered.explain_json();
    let strengths: Vec<_> = json["tasks"].as_array().into_iter().flatten().map(|task| &task["strength"]).collect();
    let expected =
        ["strong in some requests", "weak", "strong"].map(|value| json!({ "value": value, "from": "default" }));
    assert_eq!(strengths, expected.each_ref());
    assert!(registered.explain_mermaid().contains("Hint<br/>strong in some requests"));
    let weak = definition(TaskConf { strength: Some(Strength::Weak), ..TaskConf::default() });
    assert!(weak.explain().contains("  Hint [weak by configuration]\n"), "{}", weak.explain());
}

#[test]
fn as_json_with_the_origin_of_each_value() {
    let json = configured().explain_json();
    assert_eq!(json["timeout_ms"], json!({ "value": 500.0, "from": "default" }));
    assert_eq!(json["tasks"][0]["timeout_ms"], json!({ "value": 80.0, "from": "engines[1] (*/Demo)" }));
    assert_eq!(json["tasks"][0]["waits_for"], json!([{ "task": "StockLoader", "why": "depends_on" }]));
    let reads = json!([{ "task": "PriceLoader", "why": "needs" }, { "task": "StockLoader", "why": "reads" }]);
    assert_eq!(json["tasks"][2]["waits_for"], reads);
}

#[test]
fn as_pictures() {
    let mermaid = configured().explain_mermaid();
    assert!(mermaid.contains("n0[\"PriceLoader<br/>80ms, strong\"]:::plain"), "{mermaid}");
    assert!(mermaid.contains("n1[\"StockLoader<br/>switched off\"]:::absent"), "{mermaid}");
    assert!(mermaid.contains("n1 -.->|depends_on| n0"), "{mermaid}");
    let dot = configured().explain_dot();
    assert!(dot.contains("n0 -> n2 [style=solid label=\"\"]"), "{dot}");
}
