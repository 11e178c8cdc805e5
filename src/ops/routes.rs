//! The endpoints of the ops server. All but `/metrics` answer JSON. GET reads; POST changes state and needs the token, and
//! so does `RECORDS`.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use live_pack_dal::{CacheName, Reach};
use prometheus::TextEncoder;
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;

use super::{OpsState, records::records, version};
use crate::server::Phase;

/// One endpoint: method, path, description and handler.
struct Endpoint(Method, &'static str, &'static str, MethodRouter<OpsState>);

/// Shows single calls, and therefore needs the token although it only reads.
const RECORDS: &str = "/api/records";

/// All endpoints.
fn endpoints() -> [Endpoint; 11] {
    [
        Endpoint(Method::GET, "/", "this list", get(index)),
        Endpoint(Method::GET, "/metrics", "Prometheus text", get(metrics)),
        Endpoint(Method::GET, "/healthz", "200 while the process runs", get(health)),
        Endpoint(
            Method::GET,
            "/readyz",
            "200 while it takes traffic, 503 while starting, awaiting downstreams and draining",
            get(ready),
        ),
        Endpoint(Method::GET, "/version", "version, source revision and compiler", get(version)),
        Endpoint(Method::GET, "/api/config", "the configuration in force, and what was rejected", get(config)),
        Endpoint(
            Method::GET,
            "/api/downstreams",
            "each downstream service: instances with load and latency, methods with breaker and calls in flight",
            get(instances),
        ),
        Endpoint(
            Method::GET,
            RECORDS,
            "the last calls that were sampled, followed, slow, degraded or failed, with the token: ?method=&reason=&log_id=&trace_id=&limit=",
            get(records),
        ),
        Endpoint(
            Method::POST,
            "/api/reload",
            "reads configuration and certificates again, as SIGHUP does",
            post(reload),
        ),
        Endpoint(
            Method::POST,
            "/api/forget",
            "forgets the cached values of an id, in all instances that share Redis: {\"cache\": \"model\", \"id\": 7}",
            post(forget),
        ),
        Endpoint(
            Method::POST,
            "/api/drain",
            "stops taking traffic, finishes what runs and ends, as SIGTERM does",
            post(drain),
        ),
    ]
}

/// All routes over `state`.
pub fn router(state: OpsState) -> Router {
    let routes =
        endpoints().into_iter().fold(Router::new(), |router, Endpoint(_, path, _, answer)| router.route(path, answer));
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(middleware::from_fn_with_state(state.clone(), authorise))
        .with_state(state)
}

/// Requires the token for records and for all requests that do more than read. It wraps all routes, so a new endpoint
/// cannot miss it.
async fn authorise(State(state): State<OpsState>, request: Request, next: Next) -> Response {
    let is_private = request.uri().path() == RECORDS;
    if !is_private && matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let refused = |code: StatusCode, error: &str| {
        let asks = [(header::WWW_AUTHENTICATE, "Bearer")];
        (code, asks, Json(json!({ "error": error }))).into_response()
    };
    match &state.token {
        None if is_private => refused(StatusCode::FORBIDDEN, "records are not shown here: start with --ops-token-file"),
        None => refused(StatusCode::FORBIDDEN, "nothing can be changed here: start with --ops-token-file"),
        Some(token) if token.is_shown(request.headers().get(header::AUTHORIZATION)) => next.run(request).await,
        Some(_) => refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong: Authorization: Bearer …"),
    }
}

async fn index() -> Json<serde_json::Value> {
    let listed = endpoints().map(|Endpoint(method, path, says, _)| (format!("{method} {path}"), says.into()));
    Json(json!({ "service": "live-pack", "endpoints": serde_json::Map::from_iter(listed) }))
}

async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "alive" }))
}

async fn version() -> Json<serde_json::Value> {
    Json(version::as_json())
}

async fn config(State(state): State<OpsState>) -> Json<serde_json::Value> {
    Json((state.config)())
}

async fn instances(State(state): State<OpsState>) -> Json<serde_json::Value> {
    Json((state.instances)())
}

async fn reload(State(state): State<OpsState>) -> Response {
    tracing::info!("reloading configuration, requested over HTTP");
    // within the time limit of a request; a longer reload continues, and `/api/config` shows its result
    let limit = state.limits.request / 2;
    match timeout(limit, state.reloads.ask()).await {
        Ok(Ok(())) => Json((state.config)()).into_response(),
        Ok(Err(error)) => {
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": error.to_string() }))).into_response()
        }
        Err(_) => {
            let error = format!("the reload has taken longer than {limit:?} and goes on; see /api/config");
            (StatusCode::GATEWAY_TIMEOUT, Json(json!({ "error": error }))).into_response()
        }
    }
}

/// The body of `POST /api/forget`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgotten {
    cache: String,
    id: i64,
}

/// Reads the body whatever its `Content-Type`.
async fn forget(State(state): State<OpsState>, body: Bytes) -> Response {
    let refused = |error: String| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let asked: Forgotten = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return refused(format!("the body must be {{\"cache\": \"model\", \"id\": 7}}: {error}")),
    };
    let Forgotten { cache: name, id } = asked;
    let Some(cache) = CacheName::named(&name) else {
        let known = CacheName::ALL.map(CacheName::name).join(", ");
        return refused(format!("cache must be one of {known}, found {name:?}"));
    };
    if id <= 0 {
        return refused(format!("id must be above 0, found {id}"));
    }
    tracing::info!(cache = cache.name(), id, "forgetting, requested over HTTP");
    match (state.forget)(cache, id).await {
        Ok(reach) => {
            let reach = match reach {
                Reach::Process => "process",
                Reach::Fleet => "fleet",
            };
            Json(json!({ "cache": cache.name(), "id": id, "forgotten_by": reach })).into_response()
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(cache = cache.name(), id, %error, cause, "not forgotten everywhere");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": error.to_string() }))).into_response()
        }
    }
}

async fn drain(State(state): State<OpsState>) -> (StatusCode, Json<serde_json::Value>) {
    tracing::info!("draining, requested over HTTP");
    state.lifecycle.drain();
    (StatusCode::ACCEPTED, Json(json!({ "state": state.lifecycle.phase().name() })))
}

async fn metrics(State(state): State<OpsState>) -> Response {
    let mut text = String::new();
    if let Err(error) = TextEncoder::new().encode_utf8(&state.registry.gather(), &mut text) {
        tracing::error!(%error, "metrics could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response()
}

/// Once nothing is awaited any more, or a successor has waited long enough, only the phase counts: a fleet must not leave
/// its load balancer because one downstream is unavailable.
async fn ready(State(state): State<OpsState>) -> Response {
    let phase = state.lifecycle.phase();
    let awaited = if state.lifecycle.has_met_downstreams() { Vec::new() } else { (state.awaited)() };
    if phase == Phase::Ready && awaited.is_empty() {
        state.lifecycle.meet_downstreams();
    }
    let reason = if phase == Phase::Ready && !awaited.is_empty() { "awaiting downstreams" } else { phase.name() };
    let ready = phase == Phase::Ready && awaited.is_empty();
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(json!({ "ready": ready, "reason": reason, "downstreams": awaited }))).into_response()
}

async fn not_found(uri: Uri) -> Response {
    let paths = endpoints().map(|Endpoint(_, path, ..)| path);
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not found", "path": uri.path(), "known": paths }))).into_response()
}

async fn not_allowed(method: Method, uri: Uri) -> Response {
    let known = endpoints().into_iter().find(|Endpoint(_, path, ..)| *path == uri.path());
    let serves = known.map_or(String::new(), |Endpoint(method, ..)| method.to_string());
    let error = format!("{} is not served with {method}, but with {serves}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": error }))).into_response()
}

#[cfg(test)]
mod tests;
