//! The context of every call out of the process: viewer, time limit, and where losses are noted.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{Asker, Notes, model::Viewer};

/// One question to the outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Call {
    /// When the answer is no longer of use.
    pub deadline: Instant,
    /// Viewer of the request; its route group travels with every call.
    pub viewer: Arc<Viewer>,
    /// The log id of the request.
    pub log_id: pilota::FastStr,
    /// Engine and task that the call is made for. A fetch that several tasks share belongs to the first that asks.
    pub asker: Asker,
    /// Losses of the request that no task returns as its error.
    pub notes: Arc<Notes>,
    /// Skips the local cache level, for a caller who knows that it is stale.
    pub fresh: bool,
}
