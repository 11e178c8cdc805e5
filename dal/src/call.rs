//! What every call out of the process carries: who asks, how long it may take, and where to note what was lost.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use crate::{Downstream, Error, model::Viewer};

/// One question to the outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Call {
    /// When the answer is no longer of use.
    pub deadline: Instant,
    /// Who looks, and from where: the route group travels with every call.
    pub viewer: Arc<Viewer>,
    /// The log id of the request.
    pub log_id: pilota::FastStr,
    /// Where losses that no task reports are noted.
    pub notes: Arc<Notes>,
    /// Skips the local cache level, for a caller who knows that it is stale.
    pub fresh: bool,
}

/// Losses of one request that were made good elsewhere: Redis away, a text missing, the control group instead of an arm.
#[derive(Debug, Default)]
pub struct Notes {
    // std mutex: held to push one value, never across an await
    lost: Mutex<Vec<(&'static str, Option<Error>)>>,
}

impl Notes {
    /// Notes that `what` (`redis`, `texts`, `images`, `experiments`) was lost. Only the first loss of each is kept.
    pub fn lose(&self, what: &'static str, error: Option<Error>) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        if lost.iter().all(|(known, _)| *known != what) {
            lost.push((what, error));
        }
    }

    /// Notes that Redis was lost.
    pub fn lose_redis(&self, error: Error) {
        self.lose(Downstream::Redis.name(), Some(error));
    }

    /// Everything lost so far, sorted by name.
    #[must_use]
    pub fn lost(&self) -> Vec<(&'static str, Option<Error>)> {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lost.sort_by_key(|(what, _)| *what);
        lost
    }
}
