//! The attempts of one call: usually one, a second one on another instance after a failure or, as a hedge, before the first
//! has answered.

use std::{cell::RefCell, panic::AssertUnwindSafe, pin::pin, sync::Arc};

use futures_util::FutureExt as _;
use live_pack_idl::status_code;
use metainfo::{Forward as _, METAINFO, MetaInfo};
use pilota::FastStr;
use tokio::time::Instant;
use volo_thrift::{ApplicationExceptionKind, ClientError};

use super::Method;
use crate::{
    Call, Error, ErrorKind,
    model::SpanId,
    notes::{Noted, Why},
    rpc::{
        answer::Answer,
        balance::Outcome,
        dial::NoConnection,
        remaining::DEADLINE,
        resilience::{Admission, Hedge, Raced, race},
        routes::{Chosen, Instance, Routes},
    },
};

/// Transport headers: route group, lane, log id, trace context.
const ROUTE_GROUP_KEY: FastStr = FastStr::from_static_str("LP_ROUTE_GROUP");
const LANE_KEY: FastStr = FastStr::from_static_str("LP_LANE");
const LOG_ID_KEY: FastStr = FastStr::from_static_str("LP_LOG_ID");
const TRACE_PARENT_KEY: FastStr = FastStr::from_static_str("traceparent");
const TRACE_STATE_KEY: FastStr = FastStr::from_static_str("tracestate");

/// Kitex' mark of a retry, which is passed on through all services, so that none retries a retry.
const RETRY_KEY: FastStr = FastStr::from_static_str("RetryReq");

/// Maximum number of bytes kept of a failure's text: the library appends its whole context.
const DETAIL: usize = 240;

/// The result of a caught panic.
type Panic = Box<dyn std::any::Any + Send>;

impl Method {
    /// Asks the chosen instance, and another one if the admission allows it. A hedge is not retried, a retry is not hedged.
    pub(super) async fn asked<C, R, F>(
        &self,
        call: &Call,
        routes: &Routes<C>,
        ask: &(impl Fn(Arc<Instance<C>>) -> F + Send + Sync),
        chosen: Chosen<C>,
        admission: &Admission<'_>,
        noted: &Noted<'_>,
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        let (first, began, hedge_after) = (chosen.address(), Instant::now(), admission.hedge_after());
        let hedged = hedge_after.map(|_| chosen.peer());
        let another = || routes.choose_other(call, Instant::now(), first);
        let mut attempt = pin!(self.attempt(call, ask, chosen, admission, (noted, Why::First)));
        let Raced { result, hedge } = match hedge_after {
            None => Raced { result: attempt.await, hedge: Hedge::None },
            Some(delay) => {
                let hedge = || {
                    // in this order: a token is spent only if there is another instance
                    let (chosen, place) = (another()?, admission.take_hedge()?);
                    Some(Box::pin(async move {
                        let _place = place;
                        self.attempt(call, ask, chosen, admission, (noted, Why::Hedge)).await
                    }))
                };
                race(attempt.as_mut(), delay, hedge).await
            }
        };
        if let (Hedge::Won, Some(slow)) = (hedge, hedged) {
            let now = Instant::now();
            slow.lose(now, now - began);
        }
        match result {
            Err(error) if error.kind.is_retried() && hedge == Hedge::None && !call.traffic.is_retry => {
                match another() {
                    // boxed: it is rare, and every call would carry it
                    Some(chosen) if admission.spend_retry(Instant::now()) => {
                        Box::pin(self.attempt(call, ask, chosen, admission, (noted, Why::Retry))).await
                    }
                    _ => Err(error),
                }
            }
            result => result,
        }
    }

    async fn attempt<C, R, F>(
        &self,
        call: &Call,
        ask: &(impl Fn(Arc<Instance<C>>) -> F + Send + Sync),
        chosen: Chosen<C>,
        admission: &Admission<'_>,
        (noted, why): (&Noted<'_>, Why),
    ) -> Result<R, Error>
    where
        C: Send + Sync + 'static,
        R: Answer,
        F: Future<Output = Result<R, ClientError>> + Send,
    {
        noted.attempt(why, chosen.address());
        let Chosen { instance, ticket } = chosen;
        // The generated decoders panic on some malformed answers. Only reference-counted, immutable values are shared with
        // the future, so nothing can be left half changed.
        let asked = AssertUnwindSafe(ask(instance)).catch_unwind();
        let asked = METAINFO.scope(RefCell::new(header(call, noted.span(), why)), asked);
        let result = self.judged(DEADLINE.scope(call.deadline, asked).await, admission);
        ticket.end(outcome(&result));
        result
    }

    fn judged<R: Answer>(
        &self,
        answer: Result<Result<R, ClientError>, Panic>,
        admission: &Admission<'_>,
    ) -> Result<R, Error> {
        let answer = match answer {
            Ok(answer) => answer.map_err(|error| self.classify(&error))?,
            Err(_) => return Err(self.error(ErrorKind::BadResponse, "the decoder panicked")),
        };
        if answer.base_resp().status_code == status_code::OVERLOADED {
            admission.note_overload();
        }
        self.of_status(answer)
    }

    /// The answer, or the failure that its status reports.
    pub(super) fn of_status<R: Answer>(&self, answer: R) -> Result<R, Error> {
        let status = answer.base_resp();
        if status.status_code == 0 {
            return Ok(answer);
        }
        let detail = shortened(format!("status {}: {}", status.status_code, status.status_message));
        Err(self.error(ErrorKind::Remote, detail))
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
}

/// The meaning of a result for the instance that gave it.
fn outcome<R>(result: &Result<R, Error>) -> Outcome {
    match result {
        Ok(_) => Outcome::Answered,
        Err(error) if error.kind == ErrorKind::Unreachable => Outcome::Unreachable,
        Err(_) => Outcome::Failed,
    }
}

/// The values in the transport header. A fresh context: of a caller's persistent metadata only the mark of a retry may be
/// passed on to downstream services.
fn header(call: &Call, span: SpanId, why: Why) -> MetaInfo {
    let mut header = MetaInfo::default();
    header.set_transient(ROUTE_GROUP_KEY, FastStr::from_static_str(call.viewer.route_group.name()));
    let traffic = &call.traffic;
    for (key, value) in [(LOG_ID_KEY, &call.log_id), (LANE_KEY, &traffic.name), (TRACE_STATE_KEY, &traffic.trace.state)]
    {
        if !value.is_empty() {
            header.set_transient(key, value.clone());
        }
    }
    if let Some(parent) = traffic.trace.parent_of(span) {
        header.set_transient(TRACE_PARENT_KEY, parent);
    }
    if traffic.is_retry || why == Why::Retry {
        header.set_persistent(RETRY_KEY, FastStr::from_static_str("1"));
    }
    header
}

fn shortened(mut text: String) -> String {
    if let Some(end) = (0..=DETAIL.min(text.len())).rev().find(|end| text.is_char_boundary(*end)) {
        text.truncate(end);
    }
    text
}
