//! Invariants of the answers that clients received: every acknowledged order exists, and a key has one order.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_shop_store::{
    Database, Record, Row, StoreError,
    trade::{audit, orders::OrderId},
};
use serde::Deserialize;
use serde_json::Value;

use super::Finding;
use crate::money::Currency;

/// Orders per query.
const CHUNK: usize = 1_000;

/// A recorded history cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The line is not a record.
    #[error("line {line} of the history is not a record")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// The reader's error.
        #[source]
        source: serde_json::Error,
    },
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// An answer that a client received, as a line of JSON.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// Account of the request.
    account_id: String,
    /// HTTP method.
    method: String,
    /// Path.
    path: String,
    /// Idempotency key.
    key: String,
    /// HTTP status.
    status: u16,
    /// Body.
    body: Value,
}

/// An order in the store.
struct Stored {
    order_id: String,
    account_id: String,
    state: String,
    total: String,
}

impl Record for Stored {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let (code, minor) = (row.text(3)?, row.int(4)?);
        let total = Currency::of(&code).map_or_else(String::new, |currency| currency.minor(minor).to_string());
        Ok(Self { order_id: row.text(0)?, account_id: row.text(1)?, state: row.text(2)?, total })
    }
}

/// The orders of an answer: those of a placed quote, or the changed one.
fn orders(body: &Value) -> Vec<&Value> {
    body.get("orders").and_then(Value::as_array).map_or_else(|| vec![body], |orders| orders.iter().collect())
}

/// A string member of an order.
fn text<'a>(order: &'a Value, pointer: &str) -> Option<&'a str> {
    order.pointer(pointer).and_then(Value::as_str)
}

/// Checks a recorded history: one JSON object per line with `account_id`, `method`, `path`, `key`, `status`, `body`.
///
/// # Errors
/// If a line is not a record or the store fails.
pub async fn check_history(trade: &Database, recorded: &str) -> Result<Vec<Finding>, HistoryError> {
    let mut answers: Vec<Answer> = Vec::new();
    for (number, line) in recorded.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let answer = serde_json::from_str(line).map_err(|source| HistoryError::Line { line: number + 1, source })?;
        answers.push(answer);
    }
    answers.retain(|answer| (200..300).contains(&answer.status));
    let ids: BTreeSet<i64> = answers
        .iter()
        .flat_map(|answer| orders(&answer.body))
        .filter_map(|order| text(order, "/order_id")?.parse().ok())
        .collect();
    let ids: Vec<_> = ids.into_iter().map(|order_id| OrderId { order_id }).collect();
    let mut stored = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let found: Vec<Stored> = trade.read_for(&audit::ORDERS, chunk).await?;
        stored.extend(found.into_iter().map(|order| (order.order_id.clone(), order)));
    }
    Ok(vec![acknowledged(&answers, &stored), cancelled(&answers, &stored), one_answer_per_key(&answers)])
}

fn acknowledged(answers: &[Answer], stored: &BTreeMap<String, Stored>) -> Finding {
    let mut broken = Vec::new();
    for answer in answers {
        for order in orders(&answer.body) {
            let Some(id) = text(order, "/order_id") else {
                broken.push(format!("an answer of {} without an order", answer.path));
                continue;
            };
            let same = |stored: &Stored| {
                stored.account_id == answer.account_id && Some(stored.total.as_str()) == text(order, "/total/amount")
            };
            if !stored.get(id).is_some_and(same) {
                broken.push(id.to_owned());
            }
        }
    }
    Finding { name: "acknowledged", promise: "every acknowledged order exists with its buyer and total", broken }
}

fn cancelled(answers: &[Answer], stored: &BTreeMap<String, Stored>) -> Finding {
    let told = answers
        .iter()
        .flat_map(|answer| orders(&answer.body))
        .filter(|order| text(order, "/state") == Some("CANCELLED"));
    let ids = told.filter_map(|order| text(order, "/order_id"));
    let broken = ids
        .filter(|id| stored.get(*id).is_none_or(|order| order.state != "CANCELLED"))
        .map(ToOwned::to_owned)
        .collect();
    Finding { name: "cancelled-stays", promise: "every order that was answered as cancelled is cancelled", broken }
}

fn one_answer_per_key(answers: &[Answer]) -> Finding {
    let mut by_key: BTreeMap<(&str, &str, &str, &str), &Value> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for answer in answers {
        let key = (answer.account_id.as_str(), answer.method.as_str(), answer.path.as_str(), answer.key.as_str());
        let first = by_key.entry(key).or_insert(&answer.body);
        if **first != answer.body {
            broken.insert(answer.key.clone());
        }
    }
    let promise = "calls with one key got one answer";
    Finding { name: "one-answer-per-key", promise, broken: broken.into_iter().collect() }
}
