//! State of the API: the shop, the keys of calls in progress, readiness.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use live_pack_shop::{Refusal, Shop};
use live_pack_shop_store::trade::keys::KeyId;
use prometheus::Registry;

use crate::metrics::HttpMetrics;

/// State shared by all requests.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shop: Shop,
    registry: Registry,
    metrics: HttpMetrics,
    /// Keys of calls in progress in this process.
    running: Mutex<HashSet<KeyId>>,
    draining: AtomicBool,
    /// Log ids consist of this process's start in milliseconds and a counter.
    started_ms: i64,
    requests: AtomicU64,
    /// The `OpenAPI` document, generated from the table of endpoints, which is above the state.
    document: OnceLock<&'static str>,
}

/// Marks a call as running until it is dropped.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    app: &'a App,
    id: KeyId,
}

impl App {
    /// Creates the API of a shop. Registers its metrics and those of the shop.
    ///
    /// # Errors
    /// If one of them is already registered.
    pub fn new(shop: Shop, registry: Registry) -> Result<Self, prometheus::Error> {
        let started_ms = shop.clock().now_ms();
        shop.committer_metrics().register(&registry)?;
        shop.metrics().register(&registry)?;
        let metrics = HttpMetrics::new(&registry)?;
        Ok(Self(Arc::new(Inner {
            shop,
            registry,
            metrics,
            running: Mutex::default(),
            draining: AtomicBool::new(false),
            started_ms,
            requests: AtomicU64::new(0),
            document: OnceLock::new(),
        })))
    }

    /// The shop.
    #[must_use]
    pub fn shop(&self) -> &Shop {
        &self.0.shop
    }

    /// Metrics of the API.
    pub(crate) fn metrics(&self) -> &HttpMetrics {
        &self.0.metrics
    }

    /// Metrics of the process.
    pub(crate) fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Sets the `OpenAPI` document, if there is one. Further calls do nothing.
    pub(crate) fn describe(&self, document: Option<&'static str>) {
        if let Some(document) = document {
            self.0.document.get_or_init(|| document);
        }
    }

    /// The `OpenAPI` document.
    pub(crate) fn document(&self) -> Option<&'static str> {
        self.0.document.get().copied()
    }

    /// Whether new traffic should be sent elsewhere.
    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Relaxed)
    }

    /// Makes `/readyz` answer 503.
    pub fn drain(&self) {
        self.0.draining.store(true, Relaxed);
    }

    /// A log id for a request.
    pub(crate) fn log_id(&self) -> String {
        format!("{:x}-{:x}", self.0.started_ms, self.0.requests.fetch_add(1, Relaxed))
    }

    /// Marks a call as running.
    pub(crate) fn enter(&self, key: &KeyId) -> Result<Running<'_>, Refusal> {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(key.clone()) {
            Ok(Running { app: self, id: key.clone() })
        } else {
            Err(Refusal::IdempotencyInFlight)
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.app.0.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
