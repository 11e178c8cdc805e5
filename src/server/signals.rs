//! Signal handling: SIGTERM and SIGINT drain, SIGHUP reloads and never stops anything.

use std::{io, sync::Arc};

use tokio::signal::unix::{SignalKind, signal};

use super::{Lifecycle, reload::Reloads};

/// Installs the handlers and serves them in a task until the process ends. Without `reloads`, SIGHUP does nothing.
///
/// # Errors
/// The system refuses a handler.
pub fn install(lifecycle: Arc<Lifecycle>, reloads: Option<Reloads>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    #[expect(clippy::disallowed_methods, reason = "signals are handled as long as the process lives")]
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => { tracing::info!(signal = "SIGTERM", "draining"); lifecycle.drain(); }
                _ = interrupt.recv() => { tracing::info!(signal = "SIGINT", "draining"); lifecycle.drain(); }
                _ = hang_up.recv() => {
                    tracing::info!(signal = "SIGHUP", "reloading configuration");
                    // not awaited: the reload logs its own result
                    drop(reloads.as_ref().map(Reloads::ask));
                }
            }
        }
    });
    Ok(())
}
