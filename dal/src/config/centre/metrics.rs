//! Metrics of the configuration in force, read at each scrape.

use std::sync::{Arc, Weak};

use live_pack_metrics::{CONFIG_INFO, CONFIG_KEYS_REJECTED, CONFIG_LOADED, CONFIG_REVISION, Samples};
use prometheus::{Error, Registry};

use super::{Inner, Snapshot, lock};

/// Registers the metrics.
pub(super) fn register<X: Send + Sync + 'static>(inner: &Arc<Inner<X>>, registry: &Registry) -> Result<(), Error> {
    let now = |show: fn(&Snapshot<X>, &mut Samples<'_>)| {
        let inner = Arc::downgrade(inner);
        move |of: &mut Samples<'_>| with(&inner, |inner| show(&inner.now.load(), of))
    };
    CONFIG_INFO.read(registry, now(|snapshot, of| of.put(&[&snapshot.version], 1.0)))?;
    CONFIG_REVISION.read(registry, now(|snapshot, of| of.put(&[], exact(snapshot.revision))))?;
    CONFIG_LOADED.read(
        registry,
        now(|snapshot, of| of.put(&[], exact(u64::try_from(snapshot.loaded_at_ms).unwrap_or_default()) / 1e3)),
    )?;
    let inner = Arc::downgrade(inner);
    CONFIG_KEYS_REJECTED.read(registry, move |of| {
        with(&inner, |inner| of.put(&[], exact(lock(&inner.slots).refused() as u64)));
    })
}

fn with<X>(inner: &Weak<Inner<X>>, show: impl FnOnce(&Inner<X>)) {
    if let Some(inner) = inner.upgrade() {
        show(&inner);
    }
}

/// Exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "metrics are floats")]
const fn exact(count: u64) -> f64 {
    count as f64
}
