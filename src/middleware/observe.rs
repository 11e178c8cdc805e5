//! Counts every request and, if sampled, logs a line about it.

use std::sync::Arc;

use live_pack_idl::{Method, methods};
use motore::{Service, layer::Layer};
use tokio::time::Instant;
use volo::FastStr;
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
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(self, inner: S) -> Self::Service {
        Observe { inner, metrics: self.metrics, options: self.options }
    }
}

/// Metrics and access log of one request.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    metrics: Arc<ServerMetrics>,
    options: CallOptions,
}

impl<S: PackService> Service<ServerContext, PackCall> for Observe<S> {
    type Response = Response;
    type Error = ServerError;

    async fn call(&self, cx: &mut ServerContext, call: PackCall) -> Result<Response, ServerError> {
        let mut running = Running::start(&self.metrics, call.method, call.context.received);
        let line = self.options.is_logged(call.origin.number).then(|| AccessLine::of(&call));
        let result = self.inner.call(cx, call).await;
        let outcome = match &result {
            Ok(answer) => Outcome::Status(methods::status_code(answer)),
            Err(_) => Outcome::Exception,
        };
        running.outcome = Some(outcome);
        if let Some(line) = line {
            line.write(outcome);
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

/// A line of the access log. Names no viewer: personal fields must not be in this log.
struct AccessLine {
    log_id: FastStr,
    method: Method,
    /// The name that the caller states.
    caller: FastStr,
    /// The caller, verified by its connection.
    peer_caller: FastStr,
    received: Instant,
}

impl AccessLine {
    fn of(call: &PackCall) -> Self {
        let PackCall { method, origin, context, .. } = call;
        Self {
            log_id: context.log_id.clone(),
            method: *method,
            caller: context.caller.clone(),
            peer_caller: origin.identity.name.clone(),
            received: context.received,
        }
    }

    fn write(&self, outcome: Outcome) {
        let (code, how) = match outcome {
            Outcome::Status(code) => (code, "answer"),
            Outcome::Exception | Outcome::Panic => (-1, "exception"),
        };
        let (log_id, caller, peer_caller) = (self.log_id.as_str(), self.caller.as_str(), self.peer_caller.as_str());
        let (method, micros) =
            (self.method.name(), u64::try_from(self.received.elapsed().as_micros()).unwrap_or(u64::MAX));
        tracing::info!(target: "access", log_id, method, caller, peer_caller, code, how, micros);
    }
}
