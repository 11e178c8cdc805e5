//! Logs: JSON lines on standard error, written by a thread of their own so that a slow disk never stalls a request.

use std::{
    backtrace::Backtrace,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus::{PullingGauge, Registry};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Lines that wait for the disk before further ones are dropped and counted.
const WAITING_LINES: usize = 16_384;

/// Volo logs every message that it could not read as an error, with its whole context: whoever can send garbage could fill
/// the disk. The guard counts them all and logs one a second. What `level` says of this target is stronger.
const QUIET: &str = "volo_thrift::transport::pingpong=off";

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The level is not one that `tracing` knows.
    #[error("log level {found:?} is not understood: use error, warn, info, debug or trace, or target=level,…")]
    Level {
        /// What the setting says.
        found: String,
        /// What the parser says about it.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// The level is none.
    #[error("the log level must be off, error, warn, info, debug or trace, or TARGET=LEVEL, found {found:?}")]
    Unknown {
        /// What was found.
        found: String,
    },
    /// The counter of dropped lines could not be registered.
    #[error("the counter of dropped log lines could not be registered")]
    Metric(#[from] prometheus::Error),
}

/// Starts logging for the process. Lines still waiting are written when the guard is dropped.
///
/// # Errors
/// When `level` is not understood.
pub fn start(level: &str, registry: &Registry) -> Result<WorkerGuard, LoggingError> {
    // the filter would take a misspelt level for the name of a crate, and be silent
    let bare = level.split(',').map(str::trim).filter(|part| !part.contains(['=', '[']));
    if let Some(unknown) = bare.into_iter().find(|part| part.parse::<LevelFilter>().is_err()) {
        return Err(LoggingError::Unknown { found: unknown.to_owned() });
    }
    let filter = EnvFilter::try_new(format!("{QUIET},{level}"))
        .map_err(|source| LoggingError::Level { found: level.to_owned(), source })?;
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).lossy(true).finish(std::io::stderr());
    let dropped = writer.error_counter();
    registry.register(Box::new(PullingGauge::new(
        "live_pack_log_lines_dropped",
        "Log lines dropped because the disk did not keep up",
        Box::new(move || u32::try_from(dropped.dropped_lines()).map_or(f64::from(u32::MAX), f64::from)),
    )?))?;
    let started =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(writer).try_init();
    // A second start in one process (tests) keeps the first subscriber.
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(guard)
}

/// Replaces the hook that prints to standard error: a panic is one JSON line like any other.
fn log_panic(info: &std::panic::PanicHookInfo<'_>) {
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    let text = info.payload_as_str().unwrap_or("a panic without text");
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    if backtrace_is_due() {
        let backtrace = Backtrace::force_capture();
        tracing::error!(target: "panic", location, thread, text, %backtrace);
    } else {
        tracing::error!(target: "panic", location, thread, text);
    }
}

/// At most one backtrace a second: resolving one takes milliseconds, and a storm of panics must not become a stall.
fn backtrace_is_due() -> bool {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    LAST.swap(now, Ordering::Relaxed) != now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_there_is_not_is_refused() {
        for bad in ["nope", "info,nope", "a=b=c"] {
            assert!(start(bad, &Registry::new()).is_err(), "{bad}");
        }
    }
}
