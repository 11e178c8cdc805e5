//! Metrics of the runtime that serves, as far as Tokio's are stable.

use std::time::Duration;

use live_pack_metrics::{RUNTIME_BUSY, RUNTIME_PARKS, RUNTIME_QUEUE, RUNTIME_TASKS, RUNTIME_WORKERS};
use prometheus::Registry;
use tokio::runtime::Handle;

/// Registers the metrics.
///
/// # Errors
/// One of them is already registered.
pub fn register(registry: &Registry, runtime: &Handle) -> Result<(), prometheus::Error> {
    let metrics = runtime.metrics();
    let workers = metrics.num_workers();
    RUNTIME_WORKERS.read(registry, move |of| of.put(&[], float(workers)))?;
    let of_runtime = metrics.clone();
    RUNTIME_TASKS.read(registry, move |of| of.put(&[], float(of_runtime.num_alive_tasks())))?;
    let of_runtime = metrics.clone();
    RUNTIME_QUEUE.read(registry, move |of| of.put(&[], float(of_runtime.global_queue_depth())))?;
    let of_runtime = metrics.clone();
    RUNTIME_BUSY.read(registry, move |of| {
        let busy: Duration = (0..workers).map(|worker| of_runtime.worker_total_busy_duration(worker)).sum();
        of.put(&[], busy.as_secs_f64());
    })?;
    RUNTIME_PARKS.read(registry, move |of| {
        let parks: u64 = (0..workers).map(|worker| metrics.worker_park_count(worker)).sum();
        of.put(&[], float(parks));
    })
}

/// Exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "metrics are floats")]
fn float(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}
