//! Calls any method by name, with JSON in and out, over a persistent connection, so that tests can be tables of methods.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use live_pack::cli::wire::Connection;
use live_pack_idl::json::message;
use serde_json::{Map, Value};

use crate::{
    stack::Stack,
    wire::{SCHEMA, frame_of},
};

/// Generous: checks that nothing hangs, not the speed.
const NOT_HANGING: Duration = Duration::from_secs(15);
/// Fields that every answer has in addition to its content.
const ENVELOPE: [&str; 4] = ["BaseResp", "degraded", "room_status", "server_now_ms"];

/// A connection to a stack.
pub(crate) struct JsonClient(Connection);

impl JsonClient {
    pub(crate) async fn to(stack: &Stack) -> Self {
        Self::at(stack.addr).await
    }

    /// A connection to a server at this address.
    pub(crate) async fn at(addr: SocketAddr) -> Self {
        Self(Connection::open(&addr.into(), NOT_HANGING).await.unwrap())
    }

    /// The answer of a method, whatever its status.
    pub(crate) async fn ask(&mut self, method: &str, request: &Value) -> Answer {
        let frame = self.0.exchange(&frame_of(method, request)).await.unwrap();
        let answer = message::answer(&SCHEMA, SCHEMA.method(method).unwrap(), frame, 1);
        Answer(serde_json::to_value(answer.unwrap_or_else(|error| panic!("{method}: {error}"))).unwrap())
    }

    /// The answer of a method, which must be complete.
    pub(crate) async fn whole(&mut self, method: &str, request: &Value) -> Answer {
        let answer = self.ask(method, request).await;
        assert_eq!((answer.code(), answer.degraded()), (0, Vec::new()), "{method} {request}: {}", answer.message());
        answer
    }
}

/// An answer, with the names of the IDL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer(pub(crate) Value);

impl Answer {
    pub(crate) fn code(&self) -> i64 {
        self.at("/BaseResp/StatusCode").as_i64().unwrap()
    }

    pub(crate) fn message(&self) -> &str {
        self.at("/BaseResp/StatusMessage").as_str().unwrap()
    }

    /// The status of the room; `None` if the answer contains no room.
    pub(crate) fn room_status(&self) -> Option<&str> {
        self.at("/room_status").as_str()
    }

    /// The degraded tasks, each with its code.
    pub(crate) fn degraded(&self) -> Vec<(&str, i64)> {
        let lost = self.at("/degraded").as_array().unwrap().iter();
        lost.map(|lost| (lost["task"].as_str().unwrap(), lost["code"].as_i64().unwrap())).collect()
    }

    /// The value at a JSON pointer; null if there is none.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The elements of a list; empty for any other value.
    pub(crate) fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }

    /// The answer without the common fields.
    pub(crate) fn content(&self) -> Map<String, Value> {
        let mut fields = self.0.as_object().unwrap().clone();
        fields.retain(|name, _| !ENVELOPE.contains(&name.as_str()));
        fields
    }

    /// The record, which must have been requested.
    pub(crate) fn record(&self) -> Value {
        serde_json::from_str(self.at("/BaseResp/Extra/lp-record").as_str().unwrap()).unwrap()
    }
}

/// Visits every field of every struct within a value, innermost last.
pub(crate) fn each_field<'a>(value: &'a Value, see: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            see(name, value);
            each_field(value, see);
        }),
        Value::Array(items) => items.iter().for_each(|item| each_field(item, see)),
        _ => {}
    }
}

/// The paths of the fields in which two values differ, without list indexes.
pub(crate) fn differences(left: &Value, right: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    differ(left, right, "", &mut found);
    found
}

fn differ(left: &Value, right: &Value, path: &str, found: &mut BTreeSet<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            for name in left.keys().chain(right.keys()) {
                let of = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                differ(&of(left), &of(right), &format!("{path}.{name}"), found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).for_each(|(left, right)| differ(left, right, path, found));
        }
        _ if left == right => {}
        _ => {
            found.insert(path.trim_start_matches('.').to_owned());
        }
    }
}
