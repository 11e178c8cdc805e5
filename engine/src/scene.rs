//! The types of an engine family.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::Fold;

/// An engine family: its request, the items of its list, the reasons for which rules stop, and its errors.
pub trait Scene: Send + Sync + Sized + 'static {
    /// The request, readable by every task. Engines of one request share it.
    type Request: Send + Sync + 'static;
    /// One item of the list; `()` for engines without a list.
    type Item: Send + Sync + 'static;
    /// Reasons for a business rule to end an engine on purpose.
    type Stop: std::fmt::Debug + Clone + Send + Sync + 'static;
    /// The error of a task. Cheap to clone: it is kept in the record and shared by all callers of a shared fetch.
    type Error: std::error::Error + Clone + Send + Sync + 'static;

    /// The subject of the request, for roll-outs.
    fn subject(request: &Self::Request) -> Subject<'_>;

    /// Carries context of the current tokio task along when a waiting task is spawned, by wrapping `work`: the engine carries
    /// its tracing span, a scene its task-local values. Called on the engine's task.
    #[must_use]
    fn carry<T: 'static>(work: Work<T>) -> Work<T> {
        work
    }

    /// The order of a list: its kept items, sorted, as indices. A scene that remembers orders overrides it; the result must
    /// equal [`Fold::order`].
    #[must_use]
    fn order(_request: &Self::Request, fold: Fold) -> Arc<Vec<u32>> {
        Arc::new(fold.order())
    }

    /// The id of an item in the record.
    fn item_id(item: &Self::Item) -> i64;
}

/// Work about to be spawned as a tokio task.
pub type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The subject of a request, for roll-outs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Stable for a user across requests. Need not be uniformly distributed.
    pub key: u64,
    /// The region, as in the configuration.
    pub region: &'a str,
    /// The version of the client; 0 if not stated.
    pub app_version: i32,
}
