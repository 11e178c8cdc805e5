//! The template of a use case and the layers around it: span, metrics, log, cache. Use cases contain only business logic.

use std::{future::Future, hash::Hash, sync::Arc, time::Duration};

use live_pack_metrics::{SHOP_CACHE, SHOP_CART_ITEMS, SHOP_USE_CASE_SECONDS};
use moka::future::Cache;
use prometheus::{Histogram, HistogramVec, IntCounterVec, Registry};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{Shop, refusal::UseCaseError};

/// A use case: a request to the shop.
pub trait UseCase: Send {
    /// Metrics label and span name, such as `service.verb`.
    const NAME: &'static str;
    /// The answer.
    type Answer: Send;

    /// Answers the request. Called by [`Shop::run`].
    ///
    /// # Errors
    /// Refusals by a rule, and failures of the store.
    fn run(self, shop: &Shop) -> impl Future<Output = Result<Self::Answer, UseCaseError>> + Send;
}

/// Metrics of the use cases.
#[derive(Debug, Clone)]
pub struct ShopMetrics {
    seconds: HistogramVec,
    cached: IntCounterVec,
    /// Lines per cart after a change.
    pub(crate) cart_items: Histogram,
}

impl ShopMetrics {
    /// Creates metrics without registering them.
    ///
    /// # Errors
    /// Never in practice, because the names are constant.
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            seconds: SHOP_USE_CASE_SECONDS.create()?,
            cached: SHOP_CACHE.create()?,
            cart_items: SHOP_CART_ITEMS.create()?,
        })
    }

    /// Registers the metrics.
    ///
    /// # Errors
    /// If they are already registered.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.seconds.clone()))?;
        registry.register(Box::new(self.cached.clone()))?;
        registry.register(Box::new(self.cart_items.clone()))
    }
}

/// Layer: times the use case and counts its outcome.
async fn measured<T>(
    metrics: &ShopMetrics,
    name: &'static str,
    inner: impl Future<Output = Result<T, UseCaseError>>,
) -> Result<T, UseCaseError> {
    let start = Instant::now();
    let result = inner.await;
    let outcome = match &result {
        Ok(_) => "ok",
        Err(UseCaseError::Refused(_)) => "refused",
        Err(_) => "failed",
    };
    metrics.seconds.with_label_values(&[name, outcome]).observe(start.elapsed().as_secs_f64());
    result
}

/// Layer: logs refusals at debug, failures at error.
async fn logged<T>(inner: impl Future<Output = Result<T, UseCaseError>>) -> Result<T, UseCaseError> {
    let result = inner.await;
    match &result {
        Ok(_) => tracing::trace!("done"),
        Err(UseCaseError::Refused(refusal)) => tracing::debug!(%refusal, "refused"),
        Err(error) => tracing::error!(error = error as &dyn std::error::Error, "failed"),
    }
    result
}

impl Shop {
    /// Runs a use case with its layers.
    ///
    /// # Errors
    /// The errors of the use case.
    pub async fn run<U: UseCase>(&self, use_case: U) -> Result<U::Answer, UseCaseError> {
        let span = tracing::info_span!("use_case", name = U::NAME);
        // Boxed, because transactions make the future of a use case large.
        measured(self.metrics(), U::NAME, logged(Box::pin(use_case.run(self)))).instrument(span).await
    }

    /// Layer: answers from the cache; refusals and failures are not cached.
    ///
    /// # Errors
    /// The errors of the use case.
    pub(crate) async fn run_cached<K, U>(
        &self,
        cache: &Cache<K, Arc<U::Answer>>,
        key: K,
        use_case: U,
    ) -> Result<Arc<U::Answer>, UseCaseError>
    where
        K: Hash + Eq + Send + Sync + 'static,
        U: UseCase,
        U::Answer: Sync + 'static,
    {
        let counted = |result| self.metrics().cached.with_label_values(&[U::NAME, result]).inc();
        if let Some(known) = cache.get(&key).await {
            counted("hit");
            return Ok(known);
        }
        counted("miss");
        let loaded = Arc::new(self.run(use_case).await?);
        cache.insert(key, loaded.clone()).await;
        Ok(loaded)
    }
}

/// A cache whose entries expire after `life`.
pub(crate) fn cache<K: Hash + Eq + Send + Sync + 'static, V: Send + Sync + 'static>(
    entries: u64,
    life: Duration,
) -> Cache<K, Arc<V>> {
    Cache::builder().max_capacity(entries).time_to_live(life).build()
}
