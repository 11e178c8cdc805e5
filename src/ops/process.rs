//! Metrics of this process, under the names common to all Prometheus clients. Read from the system at each scrape.
//!
//! The collector of the `prometheus` crate counts whole seconds of processor time, and has its own names instead of those
//! of the table.

use std::fs;

use live_pack_metrics::{
    BUILD_INFO, PROCESS_CPU, PROCESS_MAX_FDS, PROCESS_OPEN_FDS, PROCESS_RESIDENT, PROCESS_START, PROCESS_THREADS,
    PROCESS_VIRTUAL, Samples,
};
use prometheus::Registry;
use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

use super::version::{REVISION, RUSTC, VERSION};

/// Clock ticks per second: Linux reports this to user space on every architecture that we build for.
const TICKS: f64 = 100.0;

/// Registers the metrics. A value that cannot be read is left out.
///
/// # Errors
/// One of them is already registered.
pub fn register(registry: &Registry) -> Result<(), prometheus::Error> {
    BUILD_INFO.read(registry, |build| build.put(&[VERSION, REVISION, RUSTC], 1.0))?;
    let start = start_seconds();
    PROCESS_START.read(registry, move |of| put(of, start))?;
    PROCESS_CPU.read(registry, |of| put(of, Some(cpu_seconds())))?;
    PROCESS_RESIDENT.read(registry, |of| put(of, status("VmRSS:").map(|kib| kib * 1024.0)))?;
    PROCESS_VIRTUAL.read(registry, |of| put(of, status("VmSize:").map(|kib| kib * 1024.0)))?;
    PROCESS_OPEN_FDS.read(registry, |of| put(of, open_fds()))?;
    PROCESS_MAX_FDS.read(registry, |of| put(of, max_fds()))?;
    PROCESS_THREADS.read(registry, |of| put(of, status("Threads:")))
}

fn put(samples: &mut Samples<'_>, value: Option<f64>) {
    if let Some(value) = value {
        samples.put(&[], value);
    }
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    std::time::Duration::try_from(time).unwrap_or_default().as_secs_f64()
}

fn open_fds() -> Option<f64> {
    // counted as u32 because every u32 has its exact f64
    let open = fs::read_dir("/proc/self/fd").ok()?;
    Some(open.fold(0_u32, |count, _| count.saturating_add(1)).into())
}

/// `None`: there is no limit.
fn max_fds() -> Option<f64> {
    let most = getrlimit(Resource::Nofile).current?;
    Some(u32::try_from(most).unwrap_or(u32::MAX).into())
}

fn status(label: &str) -> Option<f64> {
    number_after(&fs::read_to_string("/proc/self/status").ok()?, label)
}

/// The number that follows `label` in a file of labelled lines.
fn number_after(file: &str, label: &str) -> Option<f64> {
    file.lines().find_map(|line| line.strip_prefix(label))?.split_ascii_whitespace().next()?.parse().ok()
}

/// Boot time plus the ticks from boot to the start of this process.
fn start_seconds() -> Option<f64> {
    let boot = number_after(&fs::read_to_string("/proc/stat").ok()?, "btime")?;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the name in brackets and may hold spaces; the start is field 22, the 20th after it.
    let after_name = stat.rsplit_once(')')?.1;
    let ticks: f64 = after_name.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some(boot + ticks / TICKS)
}
