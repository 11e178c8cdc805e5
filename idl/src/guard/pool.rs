//! What all connections together hold in their buffers, counted and capped.
//!
//! Limits of one message do not protect a server with thousands of connections, each of which may hold one of the full
//! length. Buffers of up to [`FREE`] bytes are not counted: small messages get through while large ones have used all up.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::refusal::{Kind, Refusal};

/// Bytes of a buffer that are not counted.
pub(super) const FREE: usize = 2048;

/// Bytes that connections may hold together; clones share them. Give one to every [`super::Guard`] that is to draw on it.
#[derive(Debug, Clone)]
pub struct Pool {
    limit: usize,
    used: Arc<AtomicUsize>,
}

impl Pool {
    /// A pool of so many bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, used: Arc::default() }
    }

    /// Bytes in use, never more than the limit.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// The number it was made with.
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

/// What one buffer has taken from the pool; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    /// None has no bottom.
    pool: Option<Pool>,
    held: usize,
}

impl Share {
    pub(super) const fn new(pool: Option<Pool>) -> Self {
        Self { pool, held: 0 }
    }

    /// What is held beyond [`FREE`].
    pub(super) const fn held(&self) -> usize {
        self.held
    }

    /// Takes or gives back, so that a buffer of so many bytes is paid for. Less is always granted.
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

    /// Gives everything back.
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
