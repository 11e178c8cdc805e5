//! Logs: JSON lines on standard error, written by a separate thread so that a slow disk never stalls a request.
//!
//! `docs/logging.md` documents the fields of each line.

mod levels;
mod limit;
mod line;
mod panics;
mod writer;

use std::{io, sync::Arc};

use live_pack_dal::config::LogConf;
use live_pack_metrics::{LOG_LINES_DROPPED, LOG_LINES_FAILED};
use prometheus::Registry;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{fmt::format::JsonFields, layer::SubscriberExt as _, util::SubscriberInitExt as _};

pub use self::levels::{LEVELS, filter};
use self::{
    levels::Levels,
    limit::{LimitLayer, Limits},
    line::Lines,
    writer::Counted,
};

/// Maximum number of lines in the queue; further ones are dropped and counted.
const WAITING_LINES: usize = 16_384;

/// Failures to set up logging.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// Not a log level.
    #[error("the log level {LEVELS}, found {found:?}")]
    Level {
        /// The value found.
        found: String,
    },
    /// A counter of lost lines could not be registered.
    #[error("the counters of lost log lines could not be registered")]
    Metric(#[from] prometheus::Error),
    /// The thread that writes could not be started.
    #[error("the thread that writes the log could not be started")]
    Thread(#[source] io::Error),
}

/// The running log.
#[derive(Debug)]
pub struct Logging {
    levels: Arc<Levels>,
    /// Dropping it writes the remaining lines.
    _written: WorkerGuard,
}

impl Logging {
    /// Returns a function that applies the levels of a configuration. It does not keep the log running.
    pub fn follower(&self) -> impl Fn(&LogConf) + Send + Sync + use<> {
        let levels = Arc::clone(&self.levels);
        move |conf| levels.configure(conf.levels.as_ref())
    }
}

/// Starts logging for the process. Lines still waiting are written when the result is dropped.
///
/// # Errors
/// See [`LoggingError`].
pub fn start(level: &str, registry: &Registry) -> Result<Logging, LoggingError> {
    let (filter, levels) = Levels::new(level)?;
    // the writer below panics if it cannot start a thread
    std::thread::Builder::new().spawn(|| ()).map_err(LoggingError::Thread)?;
    let failed = LOG_LINES_FAILED.register(registry)?;
    let (writer, written) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .lossy(true)
        .finish(Counted::new(io::stderr(), failed));
    let dropped = writer.error_counter();
    let dropped = move || u32::try_from(dropped.dropped_lines()).map_or(f64::from(u32::MAX), f64::from);
    LOG_LINES_DROPPED.read(registry, move |lines| lines.put(&[], dropped()))?;
    let limits = Arc::new(Limits::new(registry)?);
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(Lines::new(Arc::clone(&limits)))
        .with_writer(writer);
    let started = tracing_subscriber::registry().with(filter).with(LimitLayer(limits)).with(lines).try_init();
    // A second start in one process (tests) keeps the first subscriber.
    if started.is_ok() {
        panics::install();
    }
    Ok(Logging { levels: Arc::new(levels), _written: written })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_level_is_refused() {
        for bad in ["nope", "info,nope", "a=b=c", "", "info,", "a="] {
            assert!(start(bad, &Registry::new()).is_err(), "{bad}");
        }
    }
}
