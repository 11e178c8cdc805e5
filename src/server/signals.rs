//! What the process does on signals: SIGTERM and SIGINT drain, SIGHUP reloads and never stops anything.

use std::{io, sync::Arc};

use tokio::signal::unix::{SignalKind, signal};

use super::Lifecycle;

/// What SIGHUP calls. It must return quickly and may be called while an earlier reload still runs.
pub type Reload = Arc<dyn Fn() + Send + Sync>;

/// Installs the handlers and serves them in a task until the process ends.
///
/// # Errors
/// When the system refuses a handler.
pub fn install(lifecycle: Arc<Lifecycle>, reload: Reload) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    #[expect(clippy::disallowed_methods, reason = "signals are handled as long as the process lives")]
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => { tracing::info!(signal = "SIGTERM", "draining"); lifecycle.drain(); }
                _ = interrupt.recv() => { tracing::info!(signal = "SIGINT", "draining"); lifecycle.drain(); }
                _ = hang_up.recv() => { tracing::info!(signal = "SIGHUP", "reloading configuration"); reload(); }
            }
        }
    });
    Ok(())
}
