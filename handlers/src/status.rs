//! Maps failures to status codes and to the texts for callers, in one place.

use live_pack_dal::{Downstream, Error, ErrorKind};
use live_pack_engine::{EngineError, Failure};
use live_pack_entities::scene::Stop;
use live_pack_idl::{base::BaseResp, live_pack::Degraded, status_code};

/// A status of the contract, with the text for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// One of [`status_code`].
    pub code: i32,
    /// For people; no internals.
    pub message: String,
}

/// Kinds of losses, as `Degraded.kind` spells them.
pub mod kind {
    /// There are no data.
    pub const FAILED: &str = "failed";
    /// There were no data in time.
    pub const TIMED_OUT: &str = "timed_out";
    /// Some keys of a batch failed.
    pub const PARTIAL: &str = "partial";
}

impl Status {
    /// A status.
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The status for an engine that ended without an answer.
    #[must_use]
    pub fn of(error: &EngineError<Error, Stop>) -> Self {
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
    pub fn into_base_resp(self) -> BaseResp {
        BaseResp { status_message: self.message.into(), status_code: self.code, extra: None }
    }
}

impl Status {
    /// The status for a business rule that ended an engine.
    #[must_use]
    pub fn of_stop(stop: Stop) -> Self {
        match stop {
            Stop::RoomNotFound => Status::new(status_code::ROOM_NOT_FOUND, "no such room"),
            Stop::RoomClosed => Status::new(status_code::LIVE_CLOSE, "the room has finished"),
            Stop::RoomBanned => Status::new(status_code::ROOM_BANNED, "the room is banned"),
            Stop::EcBanned(_) => Status::new(status_code::EC_LIVE_BANNED, "the creator may not sell"),
            Stop::SurpriseSetNotFound => Status::new(status_code::SURPRISE_SET_NOT_FOUND, "the room has no such surprise set"),
        }
    }
}

const fn of_error(error: &Error) -> i32 {
    match error.kind {
        ErrorKind::Timeout => status_code::DOWNSTREAM_TIMEOUT,
        ErrorKind::Unreachable | ErrorKind::Broken | ErrorKind::Remote | ErrorKind::Key => status_code::DOWNSTREAM_ERROR,
        ErrorKind::BadResponse => status_code::DOWNSTREAM_BAD_RESPONSE,
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
    };
    format!("{} {how}", error.downstream)
}

/// The entry for the failure of a weak task.
#[must_use]
pub fn degraded_by(task: &'static str, failure: &Failure<Error>) -> Degraded {
    let (code, message) = match failure {
        Failure::Error(error) => (of_error(error), of_downstream(error)),
        Failure::TimedOut => (status_code::TASK_TIMEOUT, "took too long".to_owned()),
        Failure::CutOff => (status_code::TASK_TIMEOUT, "was cut off when only the reserve was left".to_owned()),
        Failure::Panicked => (status_code::TASK_PANIC, "could not be made".to_owned()),
        Failure::DependencyFailed(_) => (status_code::DEPENDENCY_FAILED, "could not get what it needs".to_owned()),
        Failure::Fault(_) => (status_code::INTERNAL, "could not be made".to_owned()),
    };
    degraded(task, code, message)
}

/// A failed call that its task went on without.
#[must_use]
pub fn degraded_by_call(task: &'static str, error: &Error) -> Degraded {
    degraded(task, of_error(error), of_downstream(error))
}

/// A batch with `failed` of `asked` keys failed.
#[must_use]
pub fn degraded_by_keys(task: &'static str, downstream: Downstream, failed: usize, asked: usize) -> Degraded {
    let message = format!("{downstream} failed for {failed} of {asked} keys");
    let named = degraded(task, status_code::DOWNSTREAM_ERROR, message);
    if failed < asked { Degraded { kind: Some(kind::PARTIAL.into()), ..named } } else { named }
}

/// A loss with this name, of the kind for its code.
#[must_use]
pub fn degraded(name: &'static str, code: i32, message: impl Into<String>) -> Degraded {
    let kind = match code {
        status_code::DOWNSTREAM_TIMEOUT | status_code::ENGINE_TIMEOUT | status_code::TASK_TIMEOUT => kind::TIMED_OUT,
        _ => kind::FAILED,
    };
    Degraded { task: name.into(), code, message: message.into().into(), kind: Some(kind.into()) }
}

/// A loss that no task reports.
#[must_use]
pub fn degraded_by_loss(what: &'static str, error: Option<&Error>) -> Degraded {
    let code = error.map_or(status_code::INTERNAL, of_error);
    let message = error.map_or_else(|| "was made good otherwise".to_owned(), of_downstream);
    degraded(what, code, message)
}
