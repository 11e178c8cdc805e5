//! The panic hook: it logs each panic as one JSON line.

use std::{
    backtrace::Backtrace,
    panic::PanicHookInfo,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use tracing::Level;

/// The target of panic lines.
const TARGET: &str = "panic";

/// Replaces the hook that prints to standard error. The line has the request, engine and task like any other, because
/// the hook runs where the panic happens. The code that catches the panic does not log it again.
pub(super) fn install() {
    std::panic::set_hook(Box::new(log));
}

fn log(info: &PanicHookInfo<'_>) {
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    let text = text(info, tracing::enabled!(target: TARGET, Level::DEBUG));
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    if backtrace_is_due() {
        let backtrace = Backtrace::force_capture();
        tracing::error!(target: TARGET, location, thread, text, %backtrace, "panicked");
    } else {
        tracing::error!(target: TARGET, location, thread, text, "panicked");
    }
}

/// The text of a panic. A formatted text may quote a request, so it is shown only at level `debug` of this target.
fn text<'a>(info: &'a PanicHookInfo<'_>, with_values: bool) -> &'a str {
    match info.payload().downcast_ref::<&'static str>() {
        Some(literal) => literal,
        None if with_values => info.payload_as_str().unwrap_or("a panic without text"),
        None => "a text with values, shown at level debug of target panic",
    }
}

/// At most one backtrace per second: resolving one takes milliseconds, and a storm of panics must not become a stall.
fn backtrace_is_due() -> bool {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    LAST.swap(now, Ordering::Relaxed) != now
}

#[cfg(test)]
mod tests;
