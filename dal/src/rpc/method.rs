//! One downstream method: keeps the time limit, classifies failures, counts calls, and applies mock rules.

mod attempt;

use std::{sync::Arc, time::Duration};

use ahash::AHashMap;
use live_pack_idl::base::{Base, TrafficEnv};
use pilota::FastStr;
use tokio::time::{Instant, timeout_at};
use volo_thrift::ClientError;

use super::{
    answer::Answer,
    convert::Malformed,
    metrics::MethodMetrics,
    resilience::{Destinations, Ended},
    routes::{CALLER, Instance, Routes},
};
use crate::{
    Call, DownstreamMethod, Error, ErrorKind, Lookup,
    mock::{MockAnswer, MockSwitch},
    notes::{CallEnd, Noted},
};

/// Part of the deadline that is reserved for processing the answer.
const MARGIN: Duration = Duration::from_millis(2);

/// One method of one service.
#[derive(Debug)]
pub(crate) struct Method {
    name: DownstreamMethod,
    metrics: MethodMetrics,
    mock: Arc<MockSwitch>,
    destinations: Arc<Destinations>,
}

impl Method {
    /// A method with its handles.
    pub(crate) fn new(metrics: MethodMetrics, mock: Arc<MockSwitch>, destinations: Arc<Destinations>) -> Self {
        Self { name: destinations.method(), metrics, mock, destinations }
    }

    /// A failure of this method.
    pub(crate) fn error(&self, kind: ErrorKind, detail: impl Into<FastStr>) -> Error {
        Error { origin: self.name.into(), kind, detail: detail.into() }
    }

    /// Makes one call. `keys` are the requested keys, for a mock answer; `ask` gets the chosen instance and
    /// the request, and is not called if no time is left or the call is refused; it may be called a second time, for
    /// another instance. Every failure inside it, a panic included, comes back as an [`Error`] before the deadline of
    /// `call`.
    pub(crate) async fn run<C, Q, R, F>(
        &self,
        call: &Call,
        keys: &[i64],
        routes: &Routes<C>,
        request: impl Fn() -> Q + Send + Sync,
        ask: impl Fn(Arc<Instance<C>>, Q) -> F + Send + Sync,
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        let started = Instant::now();
        let noted = call.notes.calls.begin(self.name, call.asker, call.traffic.trace.span, keys.len());
        let recorded = call.recording.as_ref().map(|recording| recording.begin(self.name, call.room_id, keys));
        let deadline = call.deadline.checked_sub(MARGIN).unwrap_or(started);
        let result = if deadline <= started {
            Err(self.error(ErrorKind::Timeout, "no time was left"))
        } else {
            let ask = |to| ask(to, request());
            // boxed: a generated client's future is large, and every calling task would carry it
            match timeout_at(deadline, Box::pin(self.answer(call, keys, routes, ask, deadline, &noted))).await {
                Ok(answer) => answer,
                Err(_) => Err(self.error(ErrorKind::Timeout, "no answer in time")),
            }
        };
        let (metrics, took) = (self.metrics.of(call), started.elapsed());
        metrics.seconds.observe(took.as_secs_f64());
        if let Err(error) = &result {
            metrics.failed(error.kind, 1);
        }
        let end = result.as_ref().map_or_else(|error| CallEnd::Failed(error.kind), |_| CallEnd::Answered);
        let group = call.viewer.route_group.name();
        tracing::debug!(downstream = %self.name, group, keys = keys.len(), end = end.name(), ?took, "called");
        noted.end(end);
        if let Some(recorded) = recorded {
            recorded.end(&result);
        }
        result
    }

    async fn answer<C, R, F>(
        &self,
        call: &Call,
        keys: &[i64],
        routes: &Routes<C>,
        ask: impl Fn(Arc<Instance<C>>) -> F + Send + Sync,
        deadline: Instant,
        noted: &Noted<'_>,
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        if let Some(mocked) = self.mock.find(self.name, call) {
            tokio::time::sleep(mocked.delay).await;
            if let Some(answer) = mocked.answer {
                return self.canned(&answer, keys);
            }
        }
        // a drop returns the permits, also on a time-out
        let admission = self.destinations.enter(call, deadline).await.map_err(|kind| self.error(kind, "not made"))?;
        let Some(chosen) = routes.choose(call, Instant::now()) else {
            return Err(self.error(ErrorKind::Unreachable, "no instance is known"));
        };
        let result = self.asked(call, routes, &ask, chosen, &admission, noted).await;
        admission.end(ended(&result, keys));
        result
    }

    fn canned<R: Answer>(&self, answer: &MockAnswer, keys: &[i64]) -> Result<R, Error> {
        let mut canned = R::default();
        match answer {
            MockAnswer::Content(content) => {
                let answer = content.answer(keys);
                self.of_status(answer.map_err(|error| self.error(ErrorKind::BadResponse, error.to_string()))?)
            }
            MockAnswer::Empty => Ok(canned),
            MockAnswer::Failed if canned.fail(keys) => Ok(canned),
            MockAnswer::Failed => Err(self.error(ErrorKind::Remote, "mocked")),
            MockAnswer::Error(kind) => Err(self.error(*kind, "mocked")),
        }
    }

    /// An error for an answer that could not be decoded at all.
    pub(crate) fn unreadable(&self, call: &Call, malformed: Malformed) -> Error {
        self.metrics.malformed.inc();
        self.metrics.of(call).failed(ErrorKind::BadResponse, 1);
        self.error(ErrorKind::BadResponse, malformed.to_string())
    }

    /// Counts an item that was left out because this version does not know its kind.
    pub(crate) fn dropped(&self) {
        self.metrics.malformed.inc();
    }

    /// Counts keys that failed alone.
    pub(crate) fn keys_failed(&self, call: &Call, keys: usize) {
        self.metrics.of(call).failed(ErrorKind::Key, keys);
    }

    /// Aligns a wire map with the requested keys. A key named as failed is failed even if it also has a value; one
    /// whose value cannot be decoded is failed and counted; `None` of `convert` reads as missing and is counted.
    pub(crate) fn align<W, T: Clone>(
        &self,
        call: &Call,
        keys: &[i64],
        mut found: AHashMap<i64, W>,
        failed: &[i64],
        mut convert: impl FnMut(i64, W) -> Result<Option<T>, Malformed>,
    ) -> Vec<Lookup<T>> {
        let mut read: AHashMap<i64, Lookup<T>> = AHashMap::with_capacity(keys.len());
        self.keys_failed(call, failed.len());
        for key in failed {
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
                            tracing::warn!(downstream = %self.name, key, %malformed, "unreadable");
                            Lookup::Failed
                        }
                    })
                    .clone()
            })
            .collect()
    }
}

/// The end of a call, as far as it matters for the service. Values that cannot be decoded are noticed later and do not
/// count.
fn ended<R: Answer>(result: &Result<R, Error>, keys: &[i64]) -> Ended {
    match result {
        Ok(answer) if answer.has_failed_all(keys) => Ended::Failed,
        Ok(_) => Ended::Answered,
        Err(error) if error.kind == ErrorKind::Timeout => Ended::TimedOut,
        Err(_) => Ended::Failed,
    }
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
