//! Named crash points that end the process like `kill -9`. Compiled only with the feature `crash-points`.
//!
//! `LIVE_PACK_CRASH_AT=NAME.before:N` or `NAME.after:N` ends the process when the point is reached for the N-th time. The
//! points are the statements of [`crate::statements`], `commit` and `answer`.

#[cfg(not(feature = "crash-points"))]
pub(crate) fn point(_name: &'static str, _when: &'static str) {}

#[cfg(feature = "crash-points")]
pub(crate) fn point(name: &'static str, when: &'static str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    };

    /// The point, and the number of times it is still passed.
    static PLAN: OnceLock<Option<(String, AtomicU64)>> = OnceLock::new();

    let plan = PLAN.get_or_init(|| {
        let text = std::env::var("LIVE_PACK_CRASH_AT").ok()?;
        let (point, count) = text.rsplit_once(':')?;
        Some((point.to_owned(), AtomicU64::new(count.parse().ok()?)))
    });
    let Some((point, left)) = plan else { return };
    let reached = point.rsplit_once('.').is_some_and(|(name_of, when_of)| name_of == name && when_of == when);
    if reached && left.fetch_sub(1, Relaxed) == 1 {
        // SIGKILL runs no handler and flushes nothing.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}
