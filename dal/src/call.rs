//! The context of every call out of the process: viewer, time limit, and notes about losses.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{
    Asker, Notes,
    model::{Traffic, Viewer},
    recording::Recording,
};

/// The context of one downstream call. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Call {
    /// Time after which the answer is no longer of use.
    pub deadline: Instant,
    /// Viewer of the request; every call carries the viewer's route group.
    pub viewer: Arc<Viewer>,
    /// The lane and the trace context of the request.
    pub traffic: Traffic,
    /// The log id of the request.
    pub log_id: pilota::FastStr,
    /// Engine and task that make the call. A shared fetch belongs to the first task that starts it.
    pub asker: Asker,
    /// Losses of the request that no task returns as its error.
    pub notes: Arc<Notes>,
    /// Skips the local cache level, for a caller that knows it is stale.
    pub fresh: bool,
    /// The room of the request; 0 for a batch of rooms.
    pub room_id: i64,
    /// Gets every answer of this request, which then goes past the caches.
    pub recording: Option<Arc<Recording>>,
}
