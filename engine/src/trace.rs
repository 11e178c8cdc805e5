//! Records of engines as a trace for `chrome://tracing` and Perfetto.
//!
//! Each engine is a process of the trace: its first row is the engine as a whole, the rows below are lanes shared by its
//! tasks, so that no two slices of a row overlap. A task has two slices: waiting (from ready to started) and running.
//! One that never ran is a mark. The writer reads records as JSON, so it also works in a process that has received
//! one.

use serde_json::{Value, json};

/// A trace of these events.
#[must_use]
pub fn chrome(events: Vec<Value>) -> Value {
    json!({ "displayTimeUnit": "ms", "traceEvents": events })
}

/// The events of an engine's record, as written by [`crate::Record::to_json`]. Each engine is a process of its own.
#[must_use]
pub fn engine(process: u64, engine: &Value) -> Vec<Value> {
    let name = format!("{} ({})", text(engine, "engine"), text(engine, "mode").to_lowercase());
    let about = |field: &str| engine.get(field).cloned().unwrap_or_default();
    let mut events = vec![
        json!({ "ph": "M", "pid": process, "name": "process_name", "args": { "name": name } }),
        json!({ "ph": "M", "pid": process, "name": "process_sort_index", "args": { "sort_index": process } }),
        json!({
            "ph": "X", "pid": process, "tid": 0, "cat": "engine", "name": text(engine, "engine"),
            "ts": 0, "dur": number(engine, "took_us"),
            "args": { "stopped_by": about("stopped_by"), "list": about("list"), "rejected": about("rejected") },
        }),
    ];
    let mut tasks: Vec<&Value> =
        engine.get("tasks").and_then(Value::as_array).map(|tasks| tasks.iter().collect()).unwrap_or_default();
    tasks.sort_by(|a, b| number(a, "ready_us").total_cmp(&number(b, "ready_us")));
    let critical = engine.get("critical_path").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // by lane: the time until which it is occupied
    let mut lanes: Vec<f64> = Vec::new();
    for task in tasks {
        let (ready, end) = (number(task, "ready_us"), number(task, "end_us"));
        let lane = lanes.iter().position(|until| *until <= ready).unwrap_or(lanes.len());
        match lanes.get_mut(lane) {
            Some(until) => *until = end.max(ready),
            None => lanes.push(end.max(ready)),
        }
        events.extend(slices(process, lane + 1, task, critical.contains(&json!(text(task, "task")))));
    }
    events
}

fn slices(process: u64, lane: usize, task: &Value, critical: bool) -> Vec<Value> {
    let (ready, start, end) = (number(task, "ready_us"), number(task, "start_us"), number(task, "end_us"));
    let (name, outcome) = (text(task, "task"), text(task, "outcome"));
    let about = |field: &str| task.get(field).cloned().unwrap_or_default();
    let args = json!({
        "outcome": outcome, "reason": about("reason"), "critical_path": critical, "spawned": about("spawned"),
        "items_in": about("items_in"), "items_out": about("items_out"),
    });
    if end <= 0.0 {
        return vec![json!({
            "ph": "i", "s": "t", "pid": process, "tid": lane, "cat": text(task, "stage"),
            "name": format!("{name} ({outcome})"), "ts": ready, "args": args,
        })];
    }
    let slice = |kind: &str, from: f64, to: f64, colour: &str| {
        json!({
            "ph": "X", "pid": process, "tid": lane, "cat": format!("{},{kind}", text(task, "stage")),
            "name": if kind == "running" { name.to_owned() } else { format!("{name} ({kind})") },
            "ts": from, "dur": (to - from).max(0.0), "cname": colour, "args": args,
        })
    };
    let colour = if outcome == "done" { "thread_state_running" } else { "terrible" };
    let waiting = (start > ready).then(|| slice("waiting", ready, start, "thread_state_runnable"));
    waiting.into_iter().chain([slice("running", start.max(ready), end, colour)]).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, field: &str) -> f64 {
    value.get(field).and_then(Value::as_f64).unwrap_or_default()
}

#[cfg(test)]
mod tests;
