//! The label of a request: the fields that every log line about it has.
//!
//! A task-local value, so that neither the engine nor a call has to pass it on. Code that moves work to a separate tokio
//! task, or into a future that other requests poll, keeps the label by [`carried`].

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};

use futures_util::future::Either;
use live_pack_idl::Method;
use pilota::FastStr;

use crate::model::TraceId;

/// The names of a request in logs.
#[derive(Debug)]
pub struct RequestLabel {
    /// The log id.
    pub log_id: FastStr,
    /// The method called.
    pub method: Method,
    /// The caller, verified by its connection.
    pub caller: FastStr,
    /// The service name that the caller states; empty: none.
    pub stated_caller: FastStr,
    /// The trace.
    pub trace: TraceId,
    checked: OnceLock<CheckedLabel>,
}

/// The facts that are known only when the request has been checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedLabel {
    /// The room; 0: a batch of rooms.
    pub room_id: i64,
    /// Whether the viewer or the room is followed.
    pub is_followed: bool,
    /// The keyed hash of a followed viewer; the user id is in no log.
    pub user: Option<FastStr>,
}

tokio::task_local! {
    static LABEL: Arc<RequestLabel>;
}

impl RequestLabel {
    /// The label of a request that has not been checked yet.
    #[must_use]
    pub const fn new(log_id: FastStr, method: Method, caller: FastStr, stated_caller: FastStr, trace: TraceId) -> Self {
        Self { log_id, method, caller, stated_caller, trace, checked: OnceLock::new() }
    }

    /// The facts known since the check; `None` before it.
    #[must_use]
    pub fn checked(&self) -> Option<&CheckedLabel> {
        self.checked.get()
    }

    /// Adds the facts known since the check to the label of the request that this task works for.
    pub fn add(checked: CheckedLabel) {
        // a request is checked once, and outside a server it has no label
        let _ = LABEL.try_with(|label| label.checked.set(checked));
    }

    /// Reads the label of the request that this task works for; `None` outside one.
    pub fn with<R>(look: impl FnOnce(&Self) -> R) -> Option<R> {
        LABEL.try_with(|label| look(label)).ok()
    }

    /// Runs `future` as work for the request of this label.
    pub fn scope<F: Future>(self: Arc<Self>, future: F) -> impl Future<Output = F::Output> {
        LABEL.scope(self, future)
    }
}

/// `future` with the label of the current task, for a future that another task may poll.
pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
    match LABEL.try_with(Arc::clone) {
        Ok(label) => Either::Left(LABEL.scope(label, future)),
        Err(_) => Either::Right(future),
    }
}

/// [`carried`] for boxed work; costs one more allocation, and none outside a request.
#[must_use]
pub fn carried_work<T: 'static>(
    work: Pin<Box<dyn Future<Output = T> + Send>>,
) -> Pin<Box<dyn Future<Output = T> + Send>> {
    match LABEL.try_with(Arc::clone) {
        Ok(label) => Box::pin(LABEL.scope(label, work)),
        Err(_) => work,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

    use futures_util::FutureExt as _;

    use super::*;

    fn label(log_id: &'static str) -> Arc<RequestLabel> {
        Arc::new(RequestLabel::new(log_id.into(), Method::GetPinCardData, "shop".into(), "".into(), TraceId(7)))
    }

    async fn log_id() -> Option<FastStr> {
        tokio::task::yield_now().await;
        RequestLabel::with(|label| label.log_id.clone())
    }

    #[tokio::test]
    async fn a_spawned_task_has_the_label_if_it_is_carried() {
        let spawned =
            label("one").scope(async { [tokio::spawn(carried_work(log_id().boxed())), tokio::spawn(log_id())] });
        let [carried, bare] = spawned.await;
        assert_eq!((carried.await.unwrap().as_deref(), bare.await.unwrap()), (Some("one"), None));
    }

    #[tokio::test]
    async fn a_shared_future_has_the_label_of_the_request_that_began_it() {
        let begun = label("one").scope(async { (carried(log_id()).boxed().shared(),) }).await.0;
        assert_eq!(label("two").scope(begun).await.as_deref(), Some("one"));
        assert_eq!(RequestLabel::with(|_| ()), None);
    }

    #[tokio::test]
    async fn the_facts_of_the_check_are_added_once() {
        let facts = |room_id| CheckedLabel { room_id, ..CheckedLabel::default() };
        let added = async {
            RequestLabel::add(facts(1001));
            RequestLabel::add(facts(1002));
            RequestLabel::with(|label| label.checked().cloned()).flatten()
        };
        assert_eq!(label("one").scope(added).await, Some(facts(1001)));
        RequestLabel::add(facts(1003));
    }
}
