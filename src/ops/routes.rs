//! The endpoints of the ops server. All are GET; all but `/metrics` answer JSON.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus::TextEncoder;
use serde_json::json;

use super::{OpsState, process, version};
use crate::server::Phase;

/// Every endpoint with what it says, as the index shows them.
const ENDPOINTS: [(&str, &str); 5] = [
    ("/metrics", "Prometheus text"),
    ("/healthz", "200 while the process lives"),
    ("/readyz", "200 while it takes traffic, 503 while starting and draining"),
    ("/version", "what was built, from what and with what"),
    ("/api/config", "the configuration in force, and what was rejected"),
];

/// All routes over `state`.
pub fn router(state: OpsState) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { Json(json!({ "status": "alive" })) }))
        .route("/readyz", get(ready))
        .route("/version", get(|| async { Json(version::as_json()) }))
        .route("/api/config", get(|State(state): State<OpsState>| async move { Json((state.config)()) }))
        .fallback(not_found)
        .method_not_allowed_fallback(only_get)
        .with_state(state)
}

async fn index() -> Json<serde_json::Value> {
    let endpoints: serde_json::Map<_, _> =
        ENDPOINTS.into_iter().map(|(path, says)| (path.to_owned(), says.into())).collect();
    Json(json!({ "service": "live-pack", "endpoints": endpoints }))
}

async fn metrics(State(state): State<OpsState>) -> Response {
    let mut text = String::new();
    if let Err(error) = TextEncoder::new().encode_utf8(&state.registry.gather(), &mut text) {
        tracing::error!(%error, "metrics could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    process::write_metrics(&mut text);
    ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response()
}

async fn ready(State(state): State<OpsState>) -> Response {
    let phase = state.lifecycle.phase();
    let code = if phase == Phase::Ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(json!({ "ready": phase == Phase::Ready, "reason": phase.name() }))).into_response()
}

async fn not_found(uri: Uri) -> Response {
    let paths = ENDPOINTS.map(|(path, _)| path);
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not found", "path": uri.path(), "known": paths }))).into_response()
}

async fn only_get() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": "only GET is served here" }))).into_response()
}

#[cfg(test)]
mod tests;
