//! The look-ups of tasks: one for each downstream method, behind its cache.
//!
//! Batches answer aligned with the ids given, duplicates allowed. A key that failed alone is [`Lookup::Failed`], and the
//! request notes how many did. A failed call is an error unless every key was found in a cache, and so is a batch whose
//! keys all failed. Personal answers are never cached, and guests have none. With a warm local cache nothing here waits,
//! locks or copies anything but references.

mod banner_views;
mod caches;
mod catalog;
mod forget;
mod personal;
mod room;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::FutureExt as _;
use prometheus::Registry;

pub use self::forget::Reach;
use self::{caches::Caches, forget::Forgetting};
use crate::{
    Call, Error, Lookup,
    cache::{CacheName, CacheRules, Load},
    config::CacheConf,
    memory::{Memories, MemoryName},
    mock::Recorded,
    redis::Redis,
    rpc::Rpc,
};

/// All look-ups outside the process. Resident: built once, shared by all requests.
#[derive(Debug)]
pub struct Dal {
    rpc: Arc<Rpc>,
    redis: Option<Arc<Redis>>,
    caches: Arc<Caches>,
    forgetting: Forgetting,
    memories: Memories,
}

impl Dal {
    /// Puts the caches, with their default rules, in front of the clients, and subscribes to the values that other instances
    /// forget. Must run inside a Tokio runtime.
    ///
    /// # Errors
    ///
    /// One of the metrics is already registered.
    pub fn new(rpc: Arc<Rpc>, redis: Option<Arc<Redis>>, registry: &Registry) -> Result<Self, prometheus::Error> {
        let caches = Arc::new(Caches::new(redis.as_ref(), registry)?);
        let forgetting = Forgetting::begin(&caches, redis.as_deref(), registry)?;
        Ok(Self { rpc, redis, caches, forgetting, memories: Memories::new(registry)? })
    }

    /// The clients behind the caches, for data that must not be cached.
    #[must_use]
    pub const fn rpc(&self) -> &Arc<Rpc> {
        &self.rpc
    }

    /// The memories of pure functions.
    #[must_use]
    pub const fn memories(&self) -> &Memories {
        &self.memories
    }

    /// Replaces the rules of a cache while it runs; setting the same rules again changes nothing.
    pub fn set_cache_rules(&self, cache: CacheName, rules: CacheRules) {
        self.caches.set_rules(cache, rules);
    }

    /// Reads the values of a recording in place of those in Redis; `None`: Redis is asked. A process without Redis at its
    /// start has none later.
    pub fn can_redis(&self, recorded: Option<&Recorded>) {
        if let Some(redis) = &self.redis {
            redis.can(recorded.map(|recorded| Arc::clone(&recorded.redis)));
        }
    }

    /// Applies the configuration of caches and memories.
    pub fn configure(&self, conf: &CacheConf) {
        for cache in CacheName::ALL {
            self.set_cache_rules(cache, conf.of(cache));
        }
        for memory in MemoryName::ALL {
            self.memories.set_rules(memory, conf.memory(memory));
        }
    }

    /// The load that a cache runs for the keys it does not have.
    fn load<V, F>(&self, call: &Call, ask: impl FnOnce(Arc<Rpc>, Call, Vec<i64>) -> F + Send + 'static) -> Load<V>
    where
        F: Future<Output = Result<Vec<Lookup<Arc<V>>>, Error>> + Send + 'static,
    {
        let (rpc, call) = (Arc::clone(&self.rpc), call.clone());
        Box::new(move |ids| ask(rpc, call, ids).boxed())
    }
}
