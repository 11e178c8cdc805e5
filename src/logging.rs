//! Logs: JSON lines on standard error, written by a separate thread so that a slow disk never stalls a request.

use std::{
    backtrace::Backtrace,
    io::{self, Write},
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use live_pack_metrics::{LOG_LINES_DROPPED, LOG_LINES_FAILED};
use prometheus::{IntCounter, Registry};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Maximum number of lines in the queue; further ones are dropped and counted.
const WAITING_LINES: usize = 16_384;

/// Volo logs every undecodable message as an error, with its whole context: a sender of garbage could fill the disk.
/// The guard counts them all and logs one per second. An entry for this target in `level` overrides the directive.
const QUIET: &str = "volo_thrift::transport::pingpong=off";

/// The rule for a level.
pub const LEVELS: &str = "must be off, error, warn, info, debug or trace, or TARGET=LEVEL, with commas between";

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

/// The filter for a setting.
pub fn filter(level: &str) -> Result<EnvFilter, LoggingError> {
    let wrong = |found: &str| LoggingError::Level { found: found.to_owned() };
    let parts: Vec<_> = level.split(',').map(str::trim).collect();
    let is_level = |text: &str| !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    // the filter would take a misspelt level for a crate name without an error; a filter on spans has commas and signs
    // of its own and is left to the parser
    let misspelt = parts.iter().find(|part| match part.split_once('=') {
        _ if level.contains('[') => part.is_empty(),
        None => !is_level(part),
        Some((target, level)) => target.is_empty() || !is_level(level),
    });
    match misspelt {
        Some(misspelt) => Err(wrong(misspelt)),
        None => EnvFilter::try_new(format!("{QUIET},{}", parts.join(","))).map_err(|_| wrong(level)),
    }
}

/// Starts logging for the process. Lines still waiting are written when the guard is dropped.
///
/// # Errors
/// See [`LoggingError`].
pub fn start(level: &str, registry: &Registry) -> Result<WorkerGuard, LoggingError> {
    let filter = filter(level)?;
    // the writer below panics if it gets no thread
    std::thread::Builder::new().spawn(|| ()).map_err(LoggingError::Thread)?;
    let failed = LOG_LINES_FAILED.register(registry)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .lossy(true)
        .finish(Counted { inner: io::stderr(), failed, torn: false });
    let dropped = writer.error_counter();
    let dropped = move || u32::try_from(dropped.dropped_lines()).map_or(f64::from(u32::MAX), f64::from);
    LOG_LINES_DROPPED.read(registry, move |lines| lines.put(&[], dropped()))?;
    let started =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(writer).try_init();
    // A second start in one process (tests) keeps the first subscriber.
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(guard)
}

/// Writes lines, and counts those that could not be written completely.
struct Counted<W> {
    inner: W,
    failed: IntCounter,
    /// The last line was written partly: the next one must not continue it.
    torn: bool,
}

impl<W: Write> Counted<W> {
    /// Whether everything was written.
    fn wrote(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.inner.write(rest) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => {
                    self.torn |= rest.len() < bytes.len();
                    return false;
                }
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            }
        }
        true
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.write_all(line).map(|()| line.len())
    }

    /// Called with whole lines. A line that fails is lost; later lines are still written.
    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        if self.torn && self.wrote(b"\n") {
            self.torn = false;
        }
        if self.torn || !self.wrote(line) {
            self.failed.inc();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        // bytes that a flush could not write were not a line of their own
        drop(self.inner.flush());
        Ok(())
    }
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

/// At most one backtrace per second: resolving one takes milliseconds, and a storm of panics must not become a stall.
fn backtrace_is_due() -> bool {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    LAST.swap(now, Ordering::Relaxed) != now
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_level_that_there_is_not_is_refused() {
        for bad in ["nope", "info,nope", "a=b=c", "", "info,", "a="] {
            assert!(start(bad, &Registry::new()).is_err(), "{bad}");
        }
    }

    /// A disk of this size in bytes, and its content.
    struct Disk(usize, Vec<u8>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = bytes.len().min(self.0);
            self.0 -= room;
            self.1.extend(bytes.iter().take(room));
            if room == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_that_a_full_disk_loses_is_counted() {
        let failed = IntCounter::new("failed", "failed").unwrap();
        let mut log = Counted { inner: Disk(10, Vec::new()), failed: failed.clone(), torn: false };
        for line in ["first\n", "second\n", "third\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(failed.get(), 2, "the second one was cut off, and is lost as well");
        log.inner.0 = 10;
        log.write_all(b"fourth\n").unwrap();
        assert_eq!((failed.get(), log.inner.1.as_slice()), (2, &b"first\nseco\nfourth\n"[..]));
    }
}
