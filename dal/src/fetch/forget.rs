//! Forgetting cached values that are known to be wrong.
//!
//! An instance that forgets a value first invalidates it in Redis and publishes the id on the channel `lp:forget`, then
//! invalidates it in its own memory. The order matters, because a load between the two may find the old value in Redis. The
//! other instances invalidate theirs when they receive the message, some milliseconds later.
//!
//! An instance that loses its subscription cannot know what it missed. It invalidates all that it has loaded so far, at once
//! and again when the subscription is restored. Invalid values do not stand in for failed loads either: a forgotten value is
//! wrong, not just old.

use std::{hash::BuildHasher as _, sync::Arc};

use live_pack_metrics::{CACHE_FORGOTTEN, CACHE_SUBSCRIBED, CACHE_SUBSCRIPTIONS_LOST};
use prometheus::{IntCounter, IntCounterVec, IntGauge, Registry};

use super::{Dal, caches::Caches};
use crate::{
    CacheName, Error,
    redis::{Heard, Redis, Subscription},
};

/// The channel on which instances publish `{cache}:{id}:{instance}`.
const CHANNEL: &str = "lp:forget";

/// The instances that have forgotten a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This process: there is no Redis.
    Process,
    /// Redis, and all instances that share it, as soon as they receive the message.
    Fleet,
}

/// Forgets values, and receives the messages of other instances.
#[derive(Debug)]
pub(super) struct Forgetting {
    metrics: Metrics,
    /// This instance on the channel.
    instance: String,
    // dropped with the look-ups, and ends the subscription
    _subscription: Option<Subscription>,
}

#[derive(Debug, Clone)]
struct Metrics {
    forgotten: IntCounterVec,
    subscribed: IntGauge,
    lost: IntCounter,
}

impl Metrics {
    fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            forgotten: CACHE_FORGOTTEN.register(registry)?,
            subscribed: CACHE_SUBSCRIBED.register(registry)?,
            lost: CACHE_SUBSCRIPTIONS_LOST.register(registry)?,
        };
        for cache in CacheName::ALL {
            metrics.forgotten.with_label_values(&[cache.name()]);
        }
        Ok(metrics)
    }
}

impl Forgetting {
    /// Subscribes, if there is a Redis.
    pub(super) fn begin(
        caches: &Arc<Caches>,
        redis: Option<&Redis>,
        registry: &Registry,
    ) -> Result<Self, prometheus::Error> {
        let metrics = Metrics::register(registry)?;
        // seeded by the system: no two instances are equal
        let instance = format!("{:016x}", std::hash::RandomState::new().hash_one(CHANNEL));
        let subscription = redis.and_then(|redis| {
            let listener = Listener { caches: Arc::clone(caches), metrics: metrics.clone(), own: instance.clone() };
            redis.subscribe(CHANNEL, move |heard| listener.hear(heard))
        });
        Ok(Self { metrics, instance, _subscription: subscription })
    }

    /// Whether this instance receives the messages of the others.
    #[cfg(test)]
    pub(super) fn is_subscribed(&self) -> bool {
        self.metrics.subscribed.get() == 1
    }
}

/// Follows what other instances forget.
struct Listener {
    caches: Arc<Caches>,
    metrics: Metrics,
    own: String,
}

impl Listener {
    fn hear(&self, heard: Heard) {
        match heard {
            // what others forgot before the subscription began is unknown
            Heard::Begun => {
                self.caches.forget_all();
                self.metrics.subscribed.set(1);
            }
            Heard::Lost => {
                self.caches.forget_all();
                self.metrics.subscribed.set(0);
                self.metrics.lost.inc();
                tracing::warn!("the subscription to forgotten values was lost: the local caches are emptied");
            }
            Heard::Message(message) => match told(&message) {
                Some((_, _, instance)) if instance == self.own => {}
                Some((cache, id, _)) => {
                    self.caches.forget(cache, id);
                    self.metrics.forgotten.with_label_values(&[cache.name()]).inc();
                    tracing::info!(cache = cache.name(), id, "forgotten at the request of another instance");
                }
                // another version may have caches that this one does not
                None => tracing::debug!("a value of an unknown cache was forgotten"),
            },
        }
    }
}

/// Reads `{cache}:{id}:{instance}`.
fn told(message: &[u8]) -> Option<(CacheName, i64, &str)> {
    let mut parts = std::str::from_utf8(message).ok()?.splitn(3, ':');
    Some((CacheName::named(parts.next()?)?, parts.next()?.parse().ok()?, parts.next()?))
}

impl Dal {
    /// Forgets all values of an id in a cache: in every region, route group, lane and page, in Redis, and in all instances
    /// that share it. A look-up of this process that begins after the return does not give a value that was loaded before.
    /// The id is that of the product, room, creator, seller, account (`minor`) or activity (`flash_stock`).
    ///
    /// # Errors
    ///
    /// Redis could not be told: this process has forgotten the values in its own memory; Redis and the other instances keep
    /// them until the call is repeated.
    pub async fn forget(&self, cache: CacheName, id: i64) -> Result<Reach, Error> {
        let reach = match &self.redis {
            None => Ok(Reach::Process),
            Some(redis) => {
                let message = format!("{}:{id}:{}", cache.name(), self.forgetting.instance);
                let stamping = self.caches.stamping(cache, id);
                redis.forget(stamping.as_ref(), CHANNEL, &message).await.map(|()| Reach::Fleet)
            }
        };
        self.caches.forget(cache, id);
        self.forgetting.metrics.forgotten.with_label_values(&[cache.name()]).inc();
        reach
    }
}

#[cfg(test)]
mod tests;
