//! The outermost layer: the limit of requests in flight, log ids, problem documents.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::{
    app::App,
    problem::{self, Problem},
};

/// Number of requests in flight that are never refused.
pub(crate) const IN_FLIGHT: usize = 512;

/// State of the layer.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    app: App,
    places: Arc<Semaphore>,
}

impl Limit {
    pub(crate) fn new(app: App) -> Self {
        Self { app, places: Arc::new(Semaphore::new(IN_FLIGHT)) }
    }
}

/// Whether the path is a probe or the metrics, which must answer under load.
fn is_probe(path: &str) -> bool {
    ["/healthz", "/readyz", "/metrics"].contains(&path)
}

/// Admits a request, traces it, and renders a problem response with a log id.
pub(crate) async fn layer(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    let log_id = limit.app.log_id();
    let place = if is_probe(request.uri().path()) { None } else { Some(limit.places.try_acquire()) };
    let span = tracing::info_span!("request", log_id, method = %request.method(), path = request.uri().path());
    let mut response = match place {
        Some(Err(_)) => {
            limit.app.metrics().refused();
            Problem::new(problem::OVERLOADED, "512 requests are in flight; try again").retry_after(1).into_response()
        }
        _admitted => next.run(request).instrument(span.clone()).await,
    };
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem.render(&log_id),
        None => response,
    }
}
