//! Counts every request and, if it is sampled or followed, logs a line about it.

use std::sync::Arc;

use live_pack_admission::Admission;
use live_pack_dal::RequestLabel;
use live_pack_idl::{Method, methods};
use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo_thrift::{ServerError, context::ServerContext};

use crate::{
    metrics::{Outcome, ServerMetrics},
    pack_service::{CallOptions, PackCall, PackService, Response},
};

/// Makes [`Observe`].
#[derive(Clone)]
pub struct ObserveLayer {
    /// The metrics.
    pub metrics: Arc<ServerMetrics>,
    /// Limits of calls, and the rule of the access log.
    pub options: CallOptions,
    /// Source of the configured share of the access log.
    pub admission: Arc<Admission>,
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(self, inner: S) -> Self::Service {
        Observe { inner, metrics: self.metrics, options: self.options, admission: self.admission }
    }
}

/// Metrics and access log of one request.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    metrics: Arc<ServerMetrics>,
    options: CallOptions,
    admission: Arc<Admission>,
}

impl<S: PackService> Service<ServerContext, PackCall> for Observe<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, call: PackCall) -> Result<Response, ServerError> {
        let mut running = Running::start(&self.metrics, call.method, call.context.received);
        let is_sampled = self.options.is_logged(call.origin.number, self.admission.access_share());
        let result = self.inner.call(cx, call).await;
        let outcome = match &result {
            Ok(answer) => Outcome::Status(methods::status_code(answer)),
            Err(_) => Outcome::Exception,
        };
        running.outcome = Some(outcome);
        if is_sampled || is_followed() {
            log(&result, outcome, running.received);
        }
        result
    }
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

/// Writes the line of a request in the access log. Names no viewer: personal fields must not be in this log. The label of
/// the request adds log id, trace, method, caller and room.
fn log(result: &Result<Response, ServerError>, outcome: Outcome, received: Instant) {
    let (code, how) = match outcome {
        Outcome::Status(code) => (code, "answer"),
        Outcome::Exception | Outcome::Panic => (-1, "exception"),
    };
    let degraded = result.as_ref().map_or(0, methods::degraded);
    let micros = u64::try_from(received.elapsed().as_micros()).unwrap_or(u64::MAX);
    let stated_caller = RequestLabel::with(|label| label.stated_caller.clone()).unwrap_or_default();
    tracing::info!(target: "access", stated_caller = stated_caller.as_str(), code, how, degraded, micros);
}

/// Whether the viewer or the room of the request is followed.
fn is_followed() -> bool {
    RequestLabel::with(|label| label.checked().is_some_and(|checked| checked.is_followed)).unwrap_or(false)
}
