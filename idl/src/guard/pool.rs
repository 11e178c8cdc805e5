//! A cap on the total size of all connections' buffers.
//!
//! Limits of one message do not protect a server with thousands of connections, each of which may hold a message of the
//! maximum length. Buffers of up to [`FREE`] bytes are not counted: small messages pass even when large ones have used
//! up the pool.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::refusal::{Kind, Refusal};

/// Maximum size in bytes of a buffer that is not counted.
pub(super) const FREE: usize = 2048;

/// Maximum total of bytes; clones share it. Give one to every [`super::Guard`] that draws on it.
#[derive(Debug, Clone)]
pub struct Pool {
    limit: usize,
    used: Arc<AtomicUsize>,
}

impl Pool {
    /// A pool of `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, used: Arc::default() }
    }

    /// Bytes in use, at most the limit.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Its limit in bytes.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    fn take(&self, bytes: usize) -> bool {
        let more = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.limit);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A buffer's share of the pool; returned on drop.
#[derive(Debug)]
pub(super) struct Share {
    /// `None`: not limited.
    pool: Option<Pool>,
    held: usize,
}

impl Share {
    pub(super) const fn new(pool: Option<Pool>) -> Self {
        Self { pool, held: 0 }
    }

    /// Counted bytes: those beyond [`FREE`].
    pub(super) const fn held(&self) -> usize {
        self.held
    }

    /// Adjusts the share to a buffer of this size. A smaller one is always granted.
    pub(super) fn hold(&mut self, buffer: usize) -> Result<(), Refusal> {
        let wanted = buffer.saturating_sub(FREE);
        if let Some(pool) = &self.pool {
            if wanted <= self.held {
                pool.give(self.held - wanted);
            } else if !pool.take(wanted - self.held) {
                return Err(exhausted());
            }
        }
        self.held = wanted;
        Ok(())
    }

    /// Returns everything.
    pub(super) fn release(&mut self) {
        if let Some(pool) = &self.pool {
            pool.give(self.held);
        }
        self.held = 0;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.release();
    }
}

#[cold]
fn exhausted() -> Refusal {
    Refusal::of_message(Kind::Pool, "the server holds as many bytes as it may; try again")
}
