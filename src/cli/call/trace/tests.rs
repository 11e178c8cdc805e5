//! Traces of given records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;

#[test]
fn each_engine_of_a_record_is_a_process_of_its_trace() {
    let engine = |name| json!({ "engine": name, "mode": "staged", "took_us": 5.0, "tasks": [] });
    let trace = chrome(&json!({ "log_id": "l", "config_version": "7", "engines": [engine("A"), engine("B")] }));
    let whole = trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "X");
    let whole: Vec<_> = whole.map(|event| (&event["pid"], &event["name"])).collect();
    assert_eq!(whole, [(&json!(1), &json!("A")), (&json!(2), &json!("B"))]);
    assert_eq!(trace["otherData"], json!({ "log_id": "l", "config_version": "7" }));
}

#[test]
fn an_invalid_record_becomes_an_empty_trace() {
    for record in [json!({}), json!([]), json!({ "engines": 3 }), json!({ "engines": [7] })] {
        assert!(chrome(&record)["traceEvents"].as_array().unwrap().len() <= 3, "{record}");
    }
}
