//! The record of a call as a trace that `chrome://tracing` and Perfetto open. A call starts its engines together, so all
//! are drawn from 0.

use live_pack_engine::trace;
use serde_json::{Value, json};

/// The trace of a record, as the envelope around the records of the engines writes it.
#[must_use]
pub fn chrome(record: &Value) -> Value {
    let engines = record.get("engines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let events = (1..).zip(engines).flat_map(|(process, engine)| trace::engine(process, engine));
    let mut trace = trace::chrome(events.collect());
    let other = json!({ "log_id": record.get("log_id"), "config_version": record.get("config_version") });
    if let Some(trace) = trace.as_object_mut() {
        trace.insert("otherData".to_owned(), other);
    }
    trace
}

#[cfg(test)]
mod tests;
