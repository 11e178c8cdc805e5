//! Helpers to compile and run a pipeline.

use live_pack_recommend::{Ask, Data, Faults, Parts, Pipeline, Record, Request, Slate, builtin};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Compiles `{"nodes": …}`.
pub(crate) fn compile(nodes: &Value, parts: &Parts) -> Result<Pipeline, Faults> {
    Pipeline::compile(&json!({ "nodes": nodes }), parts, &builtin())
}

/// The resident parts of a data document.
pub(crate) fn parts(data: &Value) -> Parts {
    Data::read(data).unwrap().into_parts("".into())
}

/// Runs nodes over data for a request, on a paused clock.
pub(crate) fn run(nodes: &Value, data: &Value, request: &Value) -> (Slate, Record) {
    let pipeline = compile(nodes, &parts(data)).unwrap_or_else(|faults| panic!("{faults}"));
    let request: Request = serde_json::from_value(request.clone()).unwrap();
    ask(&pipeline, &request)
}

/// Runs a pipeline for a request, on a paused clock.
pub(crate) fn ask(pipeline: &Pipeline, request: &Request) -> (Slate, Record) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime
        .block_on(async { pipeline.recommend(&Ask::new(request), Instant::now() + pipeline.timeout()).await.unwrap() })
}

/// A fixed source.
pub(crate) fn fixed(name: &str, items: &[(i64, f64)]) -> Value {
    let items: Vec<_> = items.iter().map(|(id, score)| json!([id.to_string(), score])).collect();
    json!({ "type": "recall.static", "name": name, "params": { "items": items } })
}

/// The ids of an answer.
pub(crate) fn ids(slate: &Slate) -> Vec<i64> {
    slate.items.iter().map(|item| item.id).collect()
}

/// Names and reasons of degraded parts.
pub(crate) fn degraded(slate: &Slate) -> Vec<String> {
    slate.degraded.iter().map(|lapse| format!("{}: {}", lapse.node, lapse.reason)).collect()
}
