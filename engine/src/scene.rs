//! The types an engine family works on.

use std::{future::Future, pin::Pin};

/// What an engine family is about: its request, the items of its list, the reasons a rule may stop with, its errors.
pub trait Scene: Send + Sync + Sized + 'static {
    /// What every task of a request may read. Engines of one request share it.
    type Request: Send + Sync + 'static;
    /// One item of the list; `()` for engines without one.
    type Item: Send + Sync + 'static;
    /// Why a business rule ends an engine on purpose.
    type Stop: std::fmt::Debug + Clone + Send + Sync + 'static;
    /// What a task fails with. Cheap to clone: it is kept in the record and shared by those who share a fetch.
    type Error: std::error::Error + Clone + Send + Sync + 'static;

    /// Who the request is for, as roll-outs see it.
    fn subject(request: &Self::Request) -> Subject<'_>;

    /// Takes along what hangs on the current tokio task when a task that waits moves to one of its own: the engine
    /// carries its tracing span, a scene its task-local values, by wrapping `work`. Called on the engine's task.
    #[must_use]
    fn carry<T: 'static>(work: Work<T>) -> Work<T> {
        work
    }

    /// What an item is called in the record.
    fn item_id(item: &Self::Item) -> i64;
}

/// Work on its way to a tokio task of its own.
pub type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Who a request is for, as roll-outs see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Stable for a user, whatever the request. Need not be well mixed.
    pub key: u64,
    /// The region, as configuration spells it.
    pub region: &'a str,
    /// The version of the client; 0: not said.
    pub app_version: i32,
}
