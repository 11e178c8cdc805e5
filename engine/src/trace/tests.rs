//! Traces of given records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;

/// A task's entry in a record.
fn task(name: &str, outcome: &str, [ready, start, end]: [f64; 3]) -> Value {
    json!({
        "task": name, "stage": "loaders", "outcome": outcome, "reason": null, "spawned": true,
        "ready_us": ready, "start_us": start, "end_us": end, "items_in": null, "items_out": null
    })
}

/// The slices of a trace: process, row, name, from, to.
fn slices(trace: &Value) -> Vec<(u64, u64, String, f64, f64)> {
    let events = trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "X");
    let number = |event: &Value, field: &str| event[field].as_u64().unwrap();
    events
        .map(|event| {
            let (from, length) = (event["ts"].as_f64().unwrap(), event["dur"].as_f64().unwrap());
            let name = event["name"].as_str().unwrap().to_owned();
            (number(event, "pid"), number(event, "tid"), name, from, from + length)
        })
        .collect()
}

#[test]
fn a_trace_has_a_process_per_engine_and_two_slices_per_task_that_waited() {
    let records = [
        json!({ "engine": "A", "mode": "Staged", "took_us": 90.0, "critical_path": ["two"], "tasks": [
            task("one", "done", [0.0, 0.0, 40.0]),
            task("two", "done", [0.0, 10.0, 60.0]),
            task("three", "failed", [60.0, 65.0, 90.0]),
            task("never", "skipped", [60.0, 0.0, 0.0]),
        ] }),
        json!({ "engine": "B", "mode": "Dag", "took_us": 5.0, "tasks": [] }),
    ];
    let trace = chrome((1..).zip(&records).flat_map(|(process, record)| engine(process, record)).collect());
    let row = |pid, tid, name: &str, from, to| (pid, tid, name.to_owned(), from, to);
    let expected = [
        row(1, 0, "A", 0.0, 90.0),
        row(1, 1, "one", 0.0, 40.0),
        row(1, 2, "two (waiting)", 0.0, 10.0),
        row(1, 2, "two", 10.0, 60.0),
        row(1, 1, "three (waiting)", 60.0, 65.0),
        row(1, 1, "three", 65.0, 90.0),
        row(2, 0, "B", 0.0, 5.0),
    ];
    assert_eq!(slices(&trace), expected);
    let find = |name: &str| {
        let events = trace["traceEvents"].as_array().unwrap();
        events.iter().find(|event| event["name"] == name).unwrap().clone()
    };
    assert_eq!(
        (&find("two")["args"]["critical_path"], &find("one")["args"]["critical_path"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(find("never (skipped)")["ph"], "i");
    assert_eq!(find("process_name")["args"]["name"], "A (staged)");
}

#[test]
fn a_value_that_is_not_a_record_has_no_tasks() {
    for record in [json!({}), json!([]), json!(7)] {
        assert_eq!(engine(1, &record).len(), 3, "{record}");
    }
}
