//! Probes and metrics.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus::TextEncoder;

use crate::{
    app::App,
    problem::{self, Problem},
};

/// The process is alive.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The process takes traffic.
pub(super) async fn readyz(State(app): State<App>) -> Response {
    if app.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response()
    } else {
        "ok\n".into_response()
    }
}

/// Metrics in the text format of Prometheus.
pub(super) async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    let text = TextEncoder::new().encode_to_string(&app.registry().gather());
    let text = text.map_err(|error| Problem::new(problem::INTERNAL, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
