//! The only place that maps failures to status codes and to texts for callers.

use live_pack_dal::{Error, ErrorKind, Origin, notes::Stale};
use live_pack_engine::{EngineError, Failure};
use live_pack_entities::scene::Stop;
use live_pack_idl::{base::BaseResp, live_pack::Degraded, status_code};

/// A status of the contract, with the text for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    /// One of [`status_code`].
    pub(crate) code: i32,
    /// For people, without internal details.
    pub(crate) message: String,
}

/// Kinds of losses, as `Degraded.kind` spells them.
pub(crate) mod kind {
    /// No data.
    pub(crate) const FAILED: &str = "failed";
    /// No data in time.
    pub(crate) const TIMED_OUT: &str = "timed_out";
    /// The call was not made, because its circuit breaker is open.
    pub(crate) const OPEN: &str = "open";
    /// The call was not made, because too many are in flight.
    pub(crate) const SATURATED: &str = "saturated";
    /// Some keys of a batch failed.
    pub(crate) const PARTIAL: &str = "partial";
    /// Values of an earlier call replace those of one that failed or hung.
    pub(crate) const STALE: &str = "stale";
}

impl Status {
    /// A status.
    pub(crate) fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The status for an engine that ended without an answer.
    #[must_use]
    pub(crate) fn of(error: &EngineError<Error, Stop>) -> Self {
        match error {
            EngineError::Stop(stop) => Self::of_stop(*stop),
            EngineError::Task { error, .. } => Self::new(of_error(error), of_downstream(error)),
            EngineError::Panic { .. } => Self::new(status_code::TASK_PANIC, "a part of the answer could not be made"),
            EngineError::TaskTimeout { task } => Self::new(status_code::TASK_TIMEOUT, format!("{task} took too long")),
            EngineError::DependencyFailed { task, .. } => {
                Self::new(status_code::DEPENDENCY_FAILED, format!("{task} could not get what it needs"))
            }
            EngineError::Fault { .. } => Self::new(status_code::INTERNAL, "a part of the answer could not be made"),
            EngineError::Timeout { waiting_for } => {
                Self::new(status_code::ENGINE_TIMEOUT, format!("out of time while waiting for {waiting_for}"))
            }
        }
    }

    /// The envelope of an answer.
    #[must_use]
    pub(crate) fn into_base_resp(self) -> BaseResp {
        BaseResp { status_message: self.message.into(), status_code: self.code, extra: None }
    }
}

impl Status {
    /// The status for a business rule that ended an engine.
    #[must_use]
    pub(crate) fn of_stop(stop: Stop) -> Self {
        match stop {
            Stop::RoomNotFound => Status::new(status_code::ROOM_NOT_FOUND, "no such room"),
            Stop::RoomClosed => Status::new(status_code::LIVE_CLOSE, "the room has finished"),
            Stop::RoomBanned => Status::new(status_code::ROOM_BANNED, "the room is banned"),
            Stop::EcBanned(_) => Status::new(status_code::EC_LIVE_BANNED, "the creator may not sell"),
            Stop::SurpriseSetNotFound => {
                Status::new(status_code::SURPRISE_SET_NOT_FOUND, "the room has no such surprise set")
            }
        }
    }
}

const fn of_error(error: &Error) -> i32 {
    match error.kind {
        ErrorKind::Timeout => status_code::DOWNSTREAM_TIMEOUT,
        ErrorKind::Unreachable | ErrorKind::Broken | ErrorKind::Remote | ErrorKind::Key | ErrorKind::Saturated => {
            status_code::DOWNSTREAM_ERROR
        }
        ErrorKind::BadResponse => status_code::DOWNSTREAM_BAD_RESPONSE,
        ErrorKind::Open => status_code::CIRCUIT_OPEN,
    }
}

/// The failed service and the kind of failure, without the service's own message.
fn of_downstream(error: &Error) -> String {
    let how = match error.kind {
        ErrorKind::Timeout => "did not answer in time",
        ErrorKind::Unreachable => "could not be reached",
        ErrorKind::Broken => "hung up",
        ErrorKind::Remote | ErrorKind::Key => "answered with an error",
        ErrorKind::BadResponse => "gave an answer that could not be read",
        ErrorKind::Open => "is not called at present: its circuit is open",
        ErrorKind::Saturated => "has too many calls under way",
    };
    format!("{} {how}", error.origin.service())
}

/// The entry for the failure of a weak task.
#[must_use]
pub(crate) fn degraded_by(task: &'static str, failure: &Failure<Error>) -> Degraded {
    let (code, message) = match failure {
        Failure::Error(error) => return degraded_by_call(task, error),
        Failure::TimedOut => (status_code::TASK_TIMEOUT, "took too long".to_owned()),
        Failure::CutOff => (status_code::TASK_TIMEOUT, "was cut off when only the reserve was left".to_owned()),
        Failure::Panicked => (status_code::TASK_PANIC, "could not be made".to_owned()),
        Failure::DependencyFailed(_) => (status_code::DEPENDENCY_FAILED, "could not get what it needs".to_owned()),
        Failure::Fault(_) => (status_code::INTERNAL, "could not be made".to_owned()),
    };
    degraded(task, code, message)
}

/// A failed call that its task could do without.
#[must_use]
pub(crate) fn degraded_by_call(task: &'static str, error: &Error) -> Degraded {
    let named = degraded(task, of_error(error), of_downstream(error));
    // its code is shared with other failures
    let is_saturated = error.kind == ErrorKind::Saturated;
    if is_saturated { Degraded { kind: Some(kind::SATURATED.into()), ..named } } else { named }
}

/// A batch with `failed` of `asked` keys failed.
#[must_use]
pub(crate) fn degraded_by_keys(task: &'static str, origin: Origin, failed: usize, asked: usize) -> Degraded {
    let message = format!("{} failed for {failed} of {asked} keys", origin.service());
    let named = degraded(task, status_code::DOWNSTREAM_ERROR, message);
    if failed < asked { Degraded { kind: Some(kind::PARTIAL.into()), ..named } } else { named }
}

/// Stale values of a method; nothing is missing.
#[must_use]
pub(crate) fn degraded_by_stale(served: &Stale) -> Degraded {
    let message = format!("{} is stale for {} of {} keys", served.origin.service(), served.stale, served.asked);
    Degraded { kind: Some(kind::STALE.into()), ..degraded(served.task, status_code::OK, message) }
}

/// A loss with this name; the kind follows from the code.
#[must_use]
pub(crate) fn degraded(name: &'static str, code: i32, message: impl Into<String>) -> Degraded {
    let kind = match code {
        status_code::DOWNSTREAM_TIMEOUT | status_code::ENGINE_TIMEOUT | status_code::TASK_TIMEOUT => kind::TIMED_OUT,
        status_code::CIRCUIT_OPEN => kind::OPEN,
        _ => kind::FAILED,
    };
    Degraded { task: name.into(), code, message: message.into().into(), kind: Some(kind.into()) }
}

/// A loss that is not reported by a task.
#[must_use]
pub(crate) fn degraded_by_loss(what: &'static str, error: Option<&Error>) -> Degraded {
    match error {
        Some(error) => degraded_by_call(what, error),
        None => degraded(what, status_code::INTERNAL, "was made good otherwise"),
    }
}

#[cfg(test)]
mod tests {
    use live_pack_dal::DownstreamMethod;
    use live_pack_dal::model::RoomState;
    use live_pack_engine::TaskFault;

    use super::*;

    const KINDS: [(ErrorKind, i32, &str); 8] = [
        (ErrorKind::Timeout, status_code::DOWNSTREAM_TIMEOUT, "cart did not answer in time"),
        (ErrorKind::Unreachable, status_code::DOWNSTREAM_ERROR, "cart could not be reached"),
        (ErrorKind::Broken, status_code::DOWNSTREAM_ERROR, "cart hung up"),
        (ErrorKind::Remote, status_code::DOWNSTREAM_ERROR, "cart answered with an error"),
        (ErrorKind::Key, status_code::DOWNSTREAM_ERROR, "cart answered with an error"),
        (ErrorKind::BadResponse, status_code::DOWNSTREAM_BAD_RESPONSE, "cart gave an answer that could not be read"),
        (ErrorKind::Open, status_code::CIRCUIT_OPEN, "cart is not called at present: its circuit is open"),
        (ErrorKind::Saturated, status_code::DOWNSTREAM_ERROR, "cart has too many calls under way"),
    ];

    fn error(kind: ErrorKind) -> Error {
        Error { origin: DownstreamMethod::GetCartCount.into(), kind, detail: "a secret of the service".into() }
    }

    /// Code, kind and message.
    fn told(loss: &Degraded) -> (i32, &str, &str) {
        (loss.code, loss.kind.as_deref().unwrap_or_default(), &loss.message)
    }

    #[test]
    fn the_status_of_a_failed_call_names_the_service_and_not_its_message() {
        for (kind, code, message) in KINDS {
            let status = Status::of(&EngineError::Task { task: "CartInfoLoader", error: error(kind) });
            assert_eq!((status.code, status.message.as_str()), (code, message), "{kind:?}");
        }
    }

    #[test]
    fn every_end_of_an_engine_has_a_status() {
        let cases: [(EngineError<Error, Stop>, i32, &str); 11] = [
            (EngineError::Stop(Stop::RoomNotFound), status_code::ROOM_NOT_FOUND, "no such room"),
            (EngineError::Stop(Stop::RoomClosed), status_code::LIVE_CLOSE, "the room has finished"),
            (EngineError::Stop(Stop::RoomBanned), status_code::ROOM_BANNED, "the room is banned"),
            (
                EngineError::Stop(Stop::EcBanned(RoomState::Live)),
                status_code::EC_LIVE_BANNED,
                "the creator may not sell",
            ),
            (
                EngineError::Stop(Stop::SurpriseSetNotFound),
                status_code::SURPRISE_SET_NOT_FOUND,
                "the room has no such surprise set",
            ),
            (EngineError::Panic { task: "A" }, status_code::TASK_PANIC, "a part of the answer could not be made"),
            (EngineError::TaskTimeout { task: "A" }, status_code::TASK_TIMEOUT, "A took too long"),
            (
                EngineError::DependencyFailed { task: "A", needs: "B" },
                status_code::DEPENDENCY_FAILED,
                "A could not get what it needs",
            ),
            (
                EngineError::Fault { task: "A", fault: TaskFault::Waited },
                status_code::INTERNAL,
                "a part of the answer could not be made",
            ),
            (EngineError::Timeout { waiting_for: "A" }, status_code::ENGINE_TIMEOUT, "out of time while waiting for A"),
            (
                EngineError::Task { task: "A", error: error(ErrorKind::Timeout) },
                status_code::DOWNSTREAM_TIMEOUT,
                "cart did not answer in time",
            ),
        ];
        for (end, code, message) in cases {
            let resp = Status::of(&end).into_base_resp();
            assert_eq!((resp.status_code, resp.status_message.as_str(), resp.extra), (code, message, None), "{end:?}");
        }
    }

    #[test]
    fn every_failure_of_a_weak_task_has_an_entry() {
        let cases: [(Failure<Error>, i32, &str, &str); 6] = [
            (Failure::Error(error(ErrorKind::Broken)), status_code::DOWNSTREAM_ERROR, kind::FAILED, "cart hung up"),
            (Failure::TimedOut, status_code::TASK_TIMEOUT, kind::TIMED_OUT, "took too long"),
            (Failure::CutOff, status_code::TASK_TIMEOUT, kind::TIMED_OUT, "was cut off when only the reserve was left"),
            (Failure::Panicked, status_code::TASK_PANIC, kind::FAILED, "could not be made"),
            (
                Failure::DependencyFailed("B"),
                status_code::DEPENDENCY_FAILED,
                kind::FAILED,
                "could not get what it needs",
            ),
            (Failure::Fault(TaskFault::NoInputs), status_code::INTERNAL, kind::FAILED, "could not be made"),
        ];
        for (failure, code, kind, message) in cases {
            let loss = degraded_by("A", &failure);
            assert_eq!((loss.task.as_str(), told(&loss)), ("A", (code, kind, message)), "{failure:?}");
        }
    }

    #[test]
    fn a_failed_call_and_a_loss_that_no_task_reports_have_the_code_of_their_error() {
        for (error_kind, code, message) in KINDS {
            let kind = match error_kind {
                ErrorKind::Timeout => kind::TIMED_OUT,
                ErrorKind::Open => kind::OPEN,
                ErrorKind::Saturated => kind::SATURATED,
                _ => kind::FAILED,
            };
            let error = error(error_kind);
            assert_eq!(told(&degraded_by_call("A", &error)), (code, kind, message), "{error_kind:?}");
            assert_eq!(told(&degraded_by_loss("redis", Some(&error))), (code, kind, message), "{error_kind:?}");
        }
        let loss = degraded_by_loss("texts", None);
        assert_eq!(told(&loss), (status_code::INTERNAL, kind::FAILED, "was made good otherwise"));
    }

    #[test]
    fn stale_values_are_named_with_their_number_and_are_not_a_failure() {
        let served = Stale { origin: DownstreamMethod::GetCartCount.into(), task: "A", stale: 2, asked: 3 };
        let entry = degraded_by_stale(&served);
        assert_eq!(entry.task, "A");
        assert_eq!(told(&entry), (status_code::OK, kind::STALE, "cart is stale for 2 of 3 keys"));
    }

    #[test]
    fn a_batch_is_partial_unless_every_key_failed() {
        for (failed, kind) in [(1, kind::PARTIAL), (2, kind::PARTIAL), (3, kind::FAILED)] {
            let loss = degraded_by_keys("A", DownstreamMethod::GetCartCount.into(), failed, 3);
            let message = format!("cart failed for {failed} of 3 keys");
            assert_eq!(told(&loss), (status_code::DOWNSTREAM_ERROR, kind, message.as_str()));
        }
    }
}
