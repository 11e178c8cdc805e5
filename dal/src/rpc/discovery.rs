//! Sources of instances: each returns the list of one route of one service, and returns it again when it changes.

mod dns;
mod etcd;
mod file;
mod fixed;
mod settings;

use std::{sync::Weak, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::sleep;

pub(crate) use self::fixed::Fixed;
use self::{dns::Dns, etcd::Etcd, file::Listing};
pub use self::{
    etcd::Registration,
    settings::{EtcdUser, SourceSettings},
};
use super::routes::{Endpoint, Route};
use crate::instance::Source;

/// Pause after the first failure of a source; doubled up to [`PAUSE_MOST`].
const PAUSE: Duration = Duration::from_millis(100);

/// Longest pause after a failure.
const PAUSE_MOST: Duration = Duration::from_secs(5);

/// A source of instances.
pub(crate) trait Discovery: Send {
    /// The next list. The first call answers as soon as it can, a further one when the list may have changed. After a
    /// failure the caller pauses and calls again.
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Endpoint>, DiscoveryError>>;
}

/// Opens a source.
pub(crate) fn open(source: &Source, settings: &SourceSettings) -> Box<dyn Discovery> {
    match source {
        Source::Static(list) => Box::new(Fixed::new(list.clone())),
        Source::File(path) => Box::new(Listing::new(path, settings)),
        Source::Dns(name) => Box::new(Dns::new(name.clone(), settings.dns_server)),
        Source::Etcd(name) => Box::new(Etcd::new(name, settings)),
    }
}

/// A source could not be queried, or its answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {detail}")]
pub(crate) struct DiscoveryError {
    /// The source: a name, a file, a prefix.
    pub(crate) what: String,
    /// The reason.
    pub(crate) detail: String,
}

impl DiscoveryError {
    pub(crate) fn new(what: impl ToString, detail: impl ToString) -> Self {
        Self { what: what.to_string(), detail: detail.to_string() }
    }
}

/// The use of a source: a route, and a unique number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) route: Route,
    pub(crate) number: u64,
}

/// The receiver of the lists of a source.
pub(crate) trait Subscriber: Send + Sync {
    /// A list that is not empty.
    fn take(&self, of: &Use, list: Vec<Endpoint>);

    /// The source failed, or its list is empty; the last list stays.
    fn keep(&self, of: &Use, error: Option<&DiscoveryError>);
}

/// Passes the lists of a source on until the subscriber is dropped. Lists are sorted, and each address occurs once.
pub(crate) async fn follow<S: Subscriber>(subscriber: Weak<S>, of: Use, mut source: Box<dyn Discovery>) {
    let mut pause = PAUSE;
    loop {
        let next = source.next().await;
        let Some(subscriber) = subscriber.upgrade() else { return };
        let failed = match next {
            Ok(list) if list.is_empty() => {
                subscriber.keep(&of, None);
                // an empty list is no fault of the source: wait for the next one
                false
            }
            Ok(list) => {
                subscriber.take(&of, sorted(list));
                false
            }
            Err(error) => {
                subscriber.keep(&of, Some(&error));
                true
            }
        };
        drop(subscriber);
        if failed {
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MOST);
        } else {
            pause = PAUSE;
        }
    }
}

/// Each address once, in order: equal lists of different order are the same list.
pub(crate) fn sorted(mut list: Vec<Endpoint>) -> Vec<Endpoint> {
    list.sort_unstable();
    list.dedup_by_key(|endpoint| endpoint.address);
    list
}
