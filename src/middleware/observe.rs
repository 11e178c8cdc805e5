//! Counts every request and, if sampled, logs a line about it.

use std::sync::Arc;

use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo::context::Context;
use volo_thrift::{ServerError, context::ServerContext};

use super::{PackService, Request, Response, entry::Entry};
use crate::{
    Method, methods,
    metrics::{Outcome, ServerMetrics},
};

/// Makes [`Observe`].
#[derive(Clone)]
pub struct ObserveLayer {
    /// The metrics.
    pub metrics: Arc<ServerMetrics>,
    /// One request in this many is logged; 0 logs none.
    pub access_log_one_in: u32,
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(self, inner: S) -> Self::Service {
        Observe { inner, metrics: self.metrics, access_log_one_in: self.access_log_one_in }
    }
}

/// Metrics and access log of one request.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    metrics: Arc<ServerMetrics>,
    access_log_one_in: u32,
}

impl<S: PackService> Service<ServerContext, Request> for Observe<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, request: Request) -> Result<Response, ServerError> {
        let (received, number) =
            cx.extensions().get::<Entry>().map_or_else(|| (Instant::now(), 0), |entry| (entry.received, entry.number));
        let mut running = Running::start(&self.metrics, Method::of(&request), received);
        let result = self.inner.call(cx, request).await;
        let outcome = match &result {
            Ok(answer) => Outcome::Status(methods::status_code(answer)),
            Err(_) => Outcome::Exception,
        };
        running.outcome = Some(outcome);
        if is_logged(number, self.access_log_one_in) {
            log_access(cx, running.method, outcome, received);
        }
        result
    }
}

/// Whether the request with this number has a line in the access log.
pub(crate) const fn is_logged(number: u32, one_in: u32) -> bool {
    one_in > 0 && number.is_multiple_of(one_in)
}

/// A request in flight. Ends with `outcome`, or as a panic if a panic drops it.
struct Running<'a> {
    metrics: &'a ServerMetrics,
    method: Method,
    received: Instant,
    outcome: Option<Outcome>,
}

impl<'a> Running<'a> {
    fn start(metrics: &'a ServerMetrics, method: Method, received: Instant) -> Self {
        metrics.in_flight.inc();
        Self { metrics, method, received, outcome: None }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
        let outcome = self.outcome.or_else(|| std::thread::panicking().then_some(Outcome::Panic));
        if let Some(outcome) = outcome {
            self.metrics.finished(self.method, outcome, self.received.elapsed());
        }
    }
}

/// Names no viewer: personal fields must not be in this log.
fn log_access(cx: &ServerContext, method: Method, outcome: Outcome, received: Instant) {
    // Set by the outermost layer.
    let Some(Entry { log_id, caller, verified, .. }) = cx.extensions().get::<Entry>() else { return };
    let (log_id, caller, peer_caller) = (log_id.as_str(), caller.as_str(), verified.as_str());
    let (code, how) = match outcome {
        Outcome::Status(code) => (code, "answer"),
        Outcome::Exception | Outcome::Panic => (-1, "exception"),
    };
    let micros = u64::try_from(received.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(target: "access", log_id, method = method.name(), caller, peer_caller, code, how, micros);
}
