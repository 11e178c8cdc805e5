//! Facts about the current request, provided by the server to every handler.
//!
//! Generated handlers get no context argument, so the server's deadline layer scopes this as a task-local around them. A
//! task that a handler spawns does not inherit it and needs a copy.

use std::{future::Future, net::SocketAddr, time::Duration};

use live_pack_dal::FastStr;
use tokio::time::Instant;

use crate::hints::{Header, Hints};

/// The server's facts about one request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The id of this request in logs and in the text of internal errors.
    pub log_id: FastStr,
    /// Time after which the caller has no use for the answer.
    pub deadline: Instant,
    /// The service name that the caller states in TTHeader: free text, empty without TTHeader, never an identity.
    pub caller: FastStr,
    /// The values passed on by the caller.
    pub hints: Hints,
    /// The source address of the connection, never the one that a header claims.
    pub peer: Option<SocketAddr>,
    /// Time at which the request was decoded.
    pub received: Instant,
}

tokio::task_local! {
    static REQUEST: RequestContext;
}

impl RequestContext {
    /// The context of the request that this task serves, if any.
    #[must_use]
    pub fn current() -> Option<Self> {
        REQUEST.try_with(Clone::clone).ok()
    }

    /// The context of the request that this task serves; outside a request, as in a test, a context without names that allows
    /// `time`.
    #[must_use]
    pub fn current_or(time: Duration) -> Self {
        Self::current().unwrap_or_else(|| {
            let received = Instant::now();
            Self {
                log_id: FastStr::empty(),
                caller: FastStr::empty(),
                hints: Hints::of(&Header::default(), None),
                peer: None,
                deadline: received + time,
                received,
            }
        })
    }

    /// Deadline of the engines, so that the caller gets the answer at its deadline.
    #[must_use]
    pub fn until(&self) -> Instant {
        // time for encoding and transport, with a margin
        const WAY_BACK: Duration = Duration::from_millis(5);
        self.deadline.checked_sub(WAY_BACK).unwrap_or(self.deadline)
    }

    /// Runs `future` with `self` as the current context.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        REQUEST.scope(self, future).await
    }
}
