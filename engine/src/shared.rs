//! Shared once: what several engines of a request ask for is fetched once.

use std::{
    any::{Any, TypeId},
    future::Future,
    hash::Hash,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use futures_util::future::{FutureExt as _, Shared as SharedFuture};

type Fetch<V, E> = SharedFuture<Pin<Box<dyn Future<Output = Result<V, E>> + Send>>>;

/// The shared data of one request. The key is the type of the value and its arguments, never the type alone.
///
/// Whoever asks first starts the work; the others wait for the same value or the same failure. If the first goes away,
/// another waiter carries the work on from where it stands; when the request is dropped, so is the work.
#[derive(Default)]
pub struct Shared {
    // std mutex: held to look up or push one entry, never across an await. A request shares a handful of data, so a
    // scan beats a hash.
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    value: TypeId,
    key: Box<dyn Any + Send>,
    fetch: Box<dyn Any + Send>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// The value of `key`: fetched by `fetch` the first time, shared after. `fetch` should end by the request's
    /// deadline, not by that of the task that happens to ask first. It only builds the future; the work is in that.
    ///
    /// # Errors
    /// What `fetch` failed with, the same for all who ask.
    pub async fn once<K, V, E, F>(&self, key: K, fetch: impl FnOnce() -> F) -> Result<V, E>
    where
        K: Eq + Hash + Send + 'static,
        V: Clone + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let shared = self.fetch_of(key, fetch);
        // a fetch that has ended is read without being polled
        if let Some(ended) = shared.peek() {
            return ended.clone();
        }
        shared.await
    }

    /// The value of `key` if somebody asked for it and the answer has come; never starts anything.
    pub fn peek<K, V, E>(&self, key: &K) -> Option<Result<V, E>>
    where
        K: Eq + Hash + Send + 'static,
        V: Clone + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
    {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.value == TypeId::of::<V>() && entry.key.downcast_ref() == Some(key);
        entries.iter().find(same)?.fetch.downcast_ref::<Fetch<V, E>>()?.peek().cloned()
    }

    fn fetch_of<K, V, E, F>(&self, key: K, fetch: impl FnOnce() -> F) -> Fetch<V, E>
    where
        K: Eq + Hash + Send + 'static,
        V: Clone + Send + Sync + 'static,
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.value == TypeId::of::<V>() && entry.key.downcast_ref() == Some(&key);
        if let Some(known) = entries.iter().find(same).and_then(|entry| entry.fetch.downcast_ref::<Fetch<V, E>>()) {
            return known.clone();
        }
        let started: Fetch<V, E> = (Box::pin(fetch()) as Pin<Box<dyn Future<Output = _> + Send>>).shared();
        entries.push(Entry { value: TypeId::of::<V>(), key: Box::new(key), fetch: Box::new(started.clone()) });
        started
    }
}

#[cfg(test)]
mod tests;
