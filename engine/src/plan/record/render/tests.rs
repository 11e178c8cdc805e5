//! Renderings of one run, word for word.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use serde_json::json;

use crate::{
    test_util::{Fake, Tiny, TinyError, run},
    *,
};

#[derive(Clone)]
struct Prices;
#[derive(Clone)]
struct Stock;
#[derive(Clone)]
struct Card;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

async fn record() -> Record<Tiny> {
    let definition = Definition::<Tiny>::new("Demo")
        .fake(Fake::value("PriceLoader", Prices).stage(Stage::Loaders).after(ms(30)))
        .fake(Fake::<_, Stock>::error("StockLoader", TinyError("no \"stock\"")).stage(Stage::Loaders).after(ms(10)))
        .fake(Fake::value("Card", Card).need::<Prices>().maybe::<Stock>())
        .answer::<Card>();
    run(&definition, &PlanConf { mode: Mode::Dag, ..PlanConf::default() }).await.record
}

#[tokio::test(start_paused = true)]
async fn a_line_names_everything_except_plain_success() {
    assert_eq!(record().await.line(), "Demo 30.000ms; StockLoader failed: no \"stock\"");
}

#[tokio::test(start_paused = true)]
async fn the_critical_path_determines_the_duration() {
    assert_eq!(record().await.critical_path(), ["PriceLoader", "Card"]);
}

#[tokio::test(start_paused = true)]
async fn a_mermaid_diagram_shows_edges_outcomes_and_the_critical_path() {
    let picture = record().await.to_mermaid();
    let lines: Vec<_> = picture.lines().take(6).collect();
    assert_eq!(
        lines,
        [
            "flowchart LR",
            "  n0[\"PriceLoader<br/>30.000 ms\"]:::critical",
            "  n1[\"StockLoader<br/>no 'stock'\"]:::failed",
            "  n2[\"Card<br/>0.000 ms\"]:::critical",
            "  n0 --> n2",
            "  n1 -.-> n2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_dot_diagram_shows_the_same() {
    let picture = record().await.to_dot();
    let lines: Vec<_> = picture.lines().collect();
    assert_eq!(
        lines,
        [
            "digraph \"Demo\" {",
            "  rankdir=LR",
            "  node [shape=box]",
            r#"  n0 [label="PriceLoader\n30.000 ms" penwidth=3]"#,
            r#"  n1 [label="StockLoader\nno \"stock\"" color=red]"#,
            r#"  n2 [label="Card\n0.000 ms" penwidth=3]"#,
            "  n0 -> n2 [style=solid label=\"\"]",
            "  n1 -> n2 [style=dashed label=\"\"]",
            "}",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_chrome_trace_has_a_lane_for_each_concurrent_task() {
    let trace = record().await.to_chrome_trace();
    let events = trace["traceEvents"].as_array().unwrap();
    let slices: Vec<_> = events.iter().filter(|event| event["ph"] == "X").collect();
    let seen: Vec<_> =
        slices.iter().map(|event| (&event["name"], &event["tid"], &event["ts"], &event["dur"])).collect();
    let expected = json!([
        ["Demo", 0, 0, 30_000.0],
        ["PriceLoader", 1, 0.0, 30_000.0],
        ["StockLoader", 2, 0.0, 10_000.0],
        ["Card", 1, 30_000.0, 0.0],
    ]);
    assert_eq!(json!(seen), expected);
    assert_eq!(slices[2]["args"]["outcome"], "failed");
    assert_eq!(slices[2]["args"]["reason"], "no \"stock\"");
}

#[tokio::test(start_paused = true)]
async fn json_has_everything() {
    let json = record().await.to_json();
    assert_eq!(json["engine"], "Demo");
    assert_eq!(json["took_us"], 30_000.0);
    assert_eq!(json["critical_path"], json!(["PriceLoader", "Card"]));
    assert_eq!(json["tasks"][1]["reason"], "no \"stock\"");
    assert_eq!(json["tasks"][2]["ready_us"], 30_000.0);
    assert_eq!(json["tasks"][1]["strength"], "weak");
    let stage = |name: &str, start: f64, end: f64| json!({ "stage": name, "start_us": start, "end_us": end });
    let stages = [stage("loaders", 0.0, 30_000.0), stage("converters", 30_000.0, 30_000.0)];
    assert_eq!(json["stages"], json!(stages), "the time of a stage is that of its tasks");
}
