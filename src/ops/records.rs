//! `GET /api/records`: the latest records of calls.

use std::{collections::BTreeSet, convert::Infallible, iter, sync::Arc};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use live_pack_dal::model::TraceId;
use live_pack_handlers::reasons::Reason;
use live_pack_idl::Method;
use serde_json::json;

use super::OpsState;
use crate::records::ring::Choice;

/// Maximum number of records in an answer if the query gives none.
const DEFAULT_LIMIT: usize = 100;

/// Largest maximum that a query may give.
const MOST: usize = 1_000;

/// A fault of a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {rule}, found {found:?}")]
struct QueryFault {
    name: String,
    rule: &'static str,
    found: String,
}

/// Answers with the records that match the query, newest first. They are taken from the ring at the reader's pace, so a
/// slow reader blocks nothing and holds one record.
pub(super) async fn records(State(state): State<OpsState>, uri: Uri) -> Response {
    let (choice, limit) = match parsed(uri.query().unwrap_or_default()) {
        Ok(query) => query,
        Err(fault) => return (StatusCode::BAD_REQUEST, Json(json!({ "error": fault.to_string() }))).into_response(),
    };
    let Some(ring) = state.records.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "the service is starting" }))).into_response();
    };
    let size = ring.size();
    let head = format!("{{\"kept\":{},\"bytes\":{},\"records\":[", size.records, size.bytes);
    let found = Arc::clone(ring).matching(choice).take(limit).enumerate();
    let items = found.flat_map(|(at, kept)| {
        let comma = (at > 0).then_some(Bytes::from_static(b","));
        comma.into_iter().chain([kept.json.clone()])
    });
    let parts = iter::once(Bytes::from(head)).chain(items).chain([Bytes::from_static(b"]}")]);
    let body = Body::from_stream(stream::iter(parts.map(Ok::<_, Infallible>)));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The filter and the maximum number of records.
fn parsed(query: &str) -> Result<(Choice, usize), QueryFault> {
    let (mut choice, mut limit, mut names) = (Choice::default(), DEFAULT_LIMIT, BTreeSet::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let fault = |rule| QueryFault { name: name.to_string(), rule, found: value.to_string() };
        if !names.insert(name.clone()) {
            return Err(fault("must be given once"));
        }
        match &*name {
            "method" => {
                let known = Method::ALL.into_iter().find(|method| method.name() == value);
                choice.method =
                    Some(known.ok_or_else(|| fault("must be a method of Live Pack, such as GetLiveBagData"))?);
            }
            "reason" => {
                let known = Reason::ALL.into_iter().find(|reason| reason.name() == value);
                let rule = "must be failed, degraded, slow, followed or sampled";
                choice.reason = Some(known.ok_or_else(|| fault(rule))?);
            }
            "log_id" => choice.log_id = Some(value.into_owned()),
            "trace_id" => {
                let is_hex = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
                let id = u128::from_str_radix(&value, 16).ok().filter(|_| is_hex);
                choice.trace = Some(TraceId(id.ok_or_else(|| fault("must be 32 hex digits"))?));
            }
            "limit" => {
                let number = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                limit = number.ok_or_else(|| fault("must be 1 to 1000"))?;
            }
            _ => return Err(fault("is not known; known: method, reason, log_id, trace_id, limit")),
        }
    }
    Ok((choice, limit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_query_chooses_by_each_of_its_fields() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let query = format!("method=GetLiveBagTab&reason=slow&log_id=a%20b&trace_id={trace}&limit=7");
        let (choice, limit) = parsed(&query).unwrap();
        assert_eq!((choice.method, choice.reason), (Some(Method::GetLiveBagTab), Some(Reason::Slow)));
        assert_eq!((choice.log_id.as_deref(), limit), (Some("a b"), 7));
        assert_eq!(choice.trace.unwrap().to_string(), trace);
        let (choice, limit) = parsed("").unwrap();
        assert!(
            choice.method.is_none() && choice.reason.is_none() && choice.log_id.is_none() && choice.trace.is_none()
        );
        assert_eq!(limit, DEFAULT_LIMIT);
    }

    #[test]
    fn a_fault_of_a_query_says_what_was_found_and_what_is_expected() {
        for (query, expected) in [
            ("limit=0", r#"limit must be 1 to 1000, found "0""#),
            ("limit=1001", r#"limit must be 1 to 1000, found "1001""#),
            ("method=Nope", r#"method must be a method of Live Pack, such as GetLiveBagData, found "Nope""#),
            ("reason=bad", r#"reason must be failed, degraded, slow, followed or sampled, found "bad""#),
            ("trace_id=12", r#"trace_id must be 32 hex digits, found "12""#),
            ("reason=slow&reason=failed", r#"reason must be given once, found "failed""#),
            ("user=7", r#"user is not known; known: method, reason, log_id, trace_id, limit, found "7""#),
        ] {
            assert_eq!(parsed(query).unwrap_err().to_string(), expected);
        }
    }
}
