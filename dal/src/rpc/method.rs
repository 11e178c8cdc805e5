//! One downstream method: keeps the time limit, classifies failures, counts calls, and applies mock rules.

use std::{cell::RefCell, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use ahash::AHashMap;
use futures_util::FutureExt as _;
use live_pack_idl::base::{Base, TrafficEnv};
use metainfo::{Forward as _, METAINFO, MetaInfo};
use pilota::FastStr;
use tokio::time::{Instant, timeout_at};
use volo_thrift::{ApplicationExceptionKind, ClientError};

use super::{
    answer::Answer,
    balance::Outcome,
    convert::Malformed,
    dial::NoConnection,
    metrics::MethodMetrics,
    remaining::DEADLINE,
    routes::{CALLER, Chosen, Instance, Routes},
};
use crate::{
    Call, DownstreamMethod, Error, ErrorKind, Lookup,
    mock::{MockAnswer, MockSwitch},
};

/// Part of the deadline that is reserved for processing the answer.
const MARGIN: Duration = Duration::from_millis(2);

/// Transport headers: route group, lane, log id, trace context.
const ROUTE_GROUP_KEY: FastStr = FastStr::from_static_str("LP_ROUTE_GROUP");
const LANE_KEY: FastStr = FastStr::from_static_str("LP_LANE");
const LOG_ID_KEY: FastStr = FastStr::from_static_str("LP_LOG_ID");
const TRACE_PARENT_KEY: FastStr = FastStr::from_static_str("traceparent");
const TRACE_STATE_KEY: FastStr = FastStr::from_static_str("tracestate");

/// Maximum number of bytes kept of a failure's text: the library appends its whole context.
const DETAIL: usize = 240;

/// The result of a caught panic.
type Panic = Box<dyn std::any::Any + Send>;

/// One method of one service.
#[derive(Debug)]
pub(crate) struct Method {
    name: DownstreamMethod,
    metrics: MethodMetrics,
    mock: Arc<MockSwitch>,
}

impl Method {
    /// A method with its handles.
    pub(crate) const fn new(name: DownstreamMethod, metrics: MethodMetrics, mock: Arc<MockSwitch>) -> Self {
        Self { name, metrics, mock }
    }

    /// A failure of this method.
    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<FastStr>) -> Error {
        Error { origin: self.name.into(), kind, detail: detail.into() }
    }

    /// Makes one call. `keys` are the requested keys, for a mock answer; `ask` gets the chosen instance, and is not called
    /// if no time is left. Every failure inside it, a panic included, comes back as an [`Error`] before the deadline of
    /// `call`.
    pub(crate) async fn run<C, R, F>(
        &self,
        call: &Call,
        keys: &[i64],
        routes: &Routes<C>,
        ask: impl FnOnce(Arc<Instance<C>>) -> F + Send,
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        let started = Instant::now();
        let deadline = call.deadline.checked_sub(MARGIN).unwrap_or(started);
        let result = if deadline <= started {
            Err(self.error(ErrorKind::Timeout, "no time was left"))
        } else {
            // boxed: a generated client's future is large, and every calling task would carry it
            match timeout_at(deadline, Box::pin(self.answer(call, keys, routes, ask))).await {
                Ok(answer) => answer,
                Err(_) => Err(self.error(ErrorKind::Timeout, "no answer in time")),
            }
        };
        self.metrics.seconds.observe(started.elapsed().as_secs_f64());
        if let Err(error) = &result {
            self.metrics.errors(error.kind).inc();
        }
        result
    }

    async fn answer<C, R, F>(
        &self,
        call: &Call,
        keys: &[i64],
        routes: &Routes<C>,
        ask: impl FnOnce(Arc<Instance<C>>) -> F + Send,
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        if let Some(mocked) = self.mock.find(self.name, call) {
            tokio::time::sleep(mocked.delay).await;
            if let Some(answer) = mocked.answer {
                return self.canned(answer, keys);
            }
        }
        let Some(Chosen { instance, ticket }) = routes.choose(call, Instant::now()) else {
            return Err(self.error(ErrorKind::Unreachable, "no instance is known"));
        };
        // The generated decoders panic on some malformed answers. Nothing of ours is shared with the future but
        // reference-counted, immutable values, so nothing can be left half changed.
        let asked = AssertUnwindSafe(ask(instance)).catch_unwind();
        let asked = METAINFO.scope(RefCell::new(header(call)), asked);
        let result = self.judged(DEADLINE.scope(call.deadline, asked).await);
        ticket.end(outcome(&result));
        result
    }

    fn judged<R: Answer>(&self, answer: Result<Result<R, ClientError>, Panic>) -> Result<R, Error> {
        let answer = match answer {
            Ok(answer) => answer.map_err(|error| self.classify(&error))?,
            Err(_) => return Err(self.error(ErrorKind::BadResponse, "the decoder panicked")),
        };
        match answer.base_resp() {
            status if status.status_code == 0 => Ok(answer),
            status => Err(self.error(
                ErrorKind::Remote,
                shortened(format!("status {}: {}", status.status_code, status.status_message)),
            )),
        }
    }

    fn canned<R: Answer>(&self, answer: MockAnswer, keys: &[i64]) -> Result<R, Error> {
        let mut canned = R::default();
        match answer {
            MockAnswer::Empty => Ok(canned),
            MockAnswer::Failed if canned.fail(keys) => Ok(canned),
            MockAnswer::Failed => Err(self.error(ErrorKind::Remote, "mocked")),
            MockAnswer::Error(kind) => Err(self.error(kind, "mocked")),
        }
    }

    fn classify(&self, error: &ClientError) -> Error {
        let kind = match error {
            ClientError::Transport(error) if NoConnection::is(error.io_error()) => ErrorKind::Unreachable,
            ClientError::Transport(error) => match error.kind() {
                std::io::ErrorKind::TimedOut => ErrorKind::Timeout,
                std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => ErrorKind::BadResponse,
                _ => ErrorKind::Broken,
            },
            ClientError::Protocol(_) => ErrorKind::BadResponse,
            // the library raises these three about an answer that belongs to another request
            ClientError::Application(error) => match error.kind() {
                ApplicationExceptionKind::BAD_SEQUENCE_ID
                | ApplicationExceptionKind::INVALID_MESSAGE_TYPE
                | ApplicationExceptionKind::WRONG_METHOD_NAME => ErrorKind::BadResponse,
                _ => ErrorKind::Remote,
            },
            ClientError::Biz(_) => ErrorKind::Remote,
        };
        self.error(kind, shortened(error.to_string()))
    }

    /// An error for an answer that could not be decoded at all.
    pub(crate) fn unreadable(&self, malformed: Malformed) -> Error {
        self.metrics.malformed.inc();
        self.metrics.errors(ErrorKind::BadResponse).inc();
        self.error(ErrorKind::BadResponse, malformed.to_string())
    }

    /// Counts an item that was left out because this version does not know its kind.
    pub(crate) fn dropped(&self) {
        self.metrics.malformed.inc();
    }

    /// Aligns a wire map with the requested keys. A key named as failed is failed even if it also has a value; one
    /// whose value cannot be decoded is failed and counted; `None` of `convert` reads as missing and is counted.
    pub(crate) fn align<W, T: Clone>(
        &self,
        keys: &[i64],
        mut found: AHashMap<i64, W>,
        failed: &[i64],
        mut convert: impl FnMut(i64, W) -> Result<Option<T>, Malformed>,
    ) -> Vec<Lookup<T>> {
        let mut read: AHashMap<i64, Lookup<T>> = AHashMap::with_capacity(keys.len());
        for key in failed {
            self.metrics.errors(ErrorKind::Key).inc();
            read.insert(*key, Lookup::Failed);
        }
        keys.iter()
            .map(|key| {
                read.entry(*key)
                    .or_insert_with(|| match found.remove(key).map(|wire| convert(*key, wire)) {
                        None => Lookup::Missing,
                        Some(Ok(Some(value))) => Lookup::Found(value),
                        Some(Ok(None)) => {
                            self.dropped();
                            Lookup::Missing
                        }
                        Some(Err(malformed)) => {
                            self.dropped();
                            tracing::warn!(downstream = %self.name.service(), method = self.name.name(), key, %malformed, "unreadable");
                            Lookup::Failed
                        }
                    })
                    .clone()
            })
            .collect()
    }
}

/// The meaning of a result for the instance that gave it.
fn outcome<R>(result: &Result<R, Error>) -> Outcome {
    match result {
        Ok(_) => Outcome::Answered,
        Err(error) if error.kind == ErrorKind::Unreachable => Outcome::Unreachable,
        Err(_) => Outcome::Failed,
    }
}

/// The values in the transport header. A fresh context: a caller's persistent metadata must not flow on to every
/// downstream service.
fn header(call: &Call) -> MetaInfo {
    let mut header = MetaInfo::default();
    header.set_transient(ROUTE_GROUP_KEY, FastStr::from_static_str(call.viewer.route_group.name()));
    let traffic = &call.traffic;
    for (key, value) in [
        (LOG_ID_KEY, &call.log_id),
        (LANE_KEY, &traffic.name),
        (TRACE_PARENT_KEY, &traffic.trace_parent),
        (TRACE_STATE_KEY, &traffic.trace_state),
    ] {
        if !value.is_empty() {
            header.set_transient(key, value.clone());
        }
    }
    header
}

/// The common envelope of a request.
pub(crate) fn base(call: &Call) -> Option<Base> {
    let lane = &call.traffic.name;
    let traffic_env = (!lane.is_empty()).then(|| TrafficEnv { open: true, env: lane.clone() });
    let caller = FastStr::from_static_str(CALLER);
    Some(Base { log_id: call.log_id.clone(), caller, traffic_env, ..Base::default() })
}

/// The viewer's region on the wire.
pub(crate) fn region(call: &Call) -> FastStr {
    FastStr::new(call.viewer.region.as_str())
}

/// Each key once, in the order of first occurrence.
pub(crate) fn distinct(keys: &[i64]) -> Vec<i64> {
    let mut seen = ahash::AHashSet::with_capacity(keys.len());
    keys.iter().copied().filter(|key| seen.insert(*key)).collect()
}

fn shortened(mut text: String) -> String {
    if let Some(end) = (0..=DETAIL.min(text.len())).rev().find(|end| text.is_char_boundary(*end)) {
        text.truncate(end);
    }
    text
}
