//! Invalidates values in Redis, and notifies the other instances.

use std::time::Duration;

use super::{LONGEST_WAIT, Redis};
use crate::Error;

/// The change that invalidates the values of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamping {
    /// The key of the stamp.
    pub(crate) key: String,
    /// The stamp: no earlier value has it.
    pub(crate) stamp: String,
    /// Lifetime of the stamp.
    pub(crate) ttl: Duration,
    /// Keys that are removed.
    pub(crate) removed: Vec<String>,
}

impl Redis {
    /// Writes a stamp, removes the keys of `stamping`, and publishes a message, all in one transaction. Waits up to ten times
    /// as long as a request, because completion matters more here than speed.
    ///
    /// # Errors
    ///
    /// Redis is unavailable, slow or refuses. After a timeout the change may have been made nevertheless.
    pub(crate) async fn forget(&self, stamping: Option<&Stamping>, channel: &str, message: &str) -> Result<(), Error> {
        let mut pipeline = redis::pipe();
        pipeline.atomic();
        if let Some(Stamping { key, stamp, ttl, removed }) = stamping {
            let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
            pipeline.cmd("SET").arg(key).arg(stamp).arg("PX").arg(millis).ignore();
            if !removed.is_empty() {
                pipeline.cmd("DEL").arg(removed).ignore();
            }
        }
        pipeline.cmd("PUBLISH").arg(channel).arg(message).ignore();
        let mut connection = self.link("PUBLISH")?.connection();
        self.ask("PUBLISH", LONGEST_WAIT * 10, pipeline.query_async(&mut connection)).await
    }
}
