//! Watches the configuration directory by file-system events, and by polling every second in case events are missing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel},
    },
    thread,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::files::Files;

/// Poll interval. A ConfigMap swaps links without an event, and a directory may be replaced under the watch.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// An editor empties a file before it writes it: wait until the directory has been quiet for this long …
const QUIET: Duration = Duration::from_millis(15);
/// … but at most this many times: 45 ms in all.
const QUIET_TIMES: usize = 3;

enum Signal {
    Moved,
    Stop,
}

/// Watches until it is dropped.
#[must_use]
pub struct Watching {
    stop: Sender<Signal>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        // without a receiver the thread has ended already
        drop(self.stop.send(Signal::Stop));
    }
}

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watching")
    }
}

/// Starts the thread, which calls `reload` after each change until it returns `None`. A thread, not a task: reading
/// files blocks, and compiling plans belongs off the request path. Polling finds changes made before the events start.
pub(super) fn watch(
    dir: Option<&Path>,
    files: &Arc<Files>,
    reload: impl Fn() -> Option<()> + Send + 'static,
) -> Watching {
    let (stop, signals) = channel();
    let Some(dir) = dir else { return Watching { stop } };
    let (dir, files, moved) = (dir.to_owned(), Arc::clone(files), stop.clone());
    let spawned = thread::Builder::new().name("config-watch".into()).spawn(move || {
        // this calls the file system, which may not answer
        let _told = files.look(&dir, move |dir| Ok(listen(dir, moved)));
        follow(&signals, reload);
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "configuration is not watched; only a signal reloads it");
    }
    Watching { stop }
}

fn listen(dir: &Path, moved: Sender<Signal>) -> Option<RecommendedWatcher> {
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // reading a file is an event too, and our own reading must not wake us
        if event.map_or(true, |event| !event.kind.is_access()) {
            drop(moved.send(Signal::Moved));
        }
    });
    let watching = watcher.and_then(|mut watcher| watcher.watch(dir, RecursiveMode::NonRecursive).map(|()| watcher));
    watching.inspect_err(|error| tracing::warn!(%error, "no file-system events; polling every second")).ok()
}

fn follow(signals: &Receiver<Signal>, reload: impl Fn() -> Option<()>) {
    loop {
        match signals.recv_timeout(LOOK_EVERY) {
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Signal::Moved) if !settle(signals) => return,
            Ok(Signal::Moved) | Err(RecvTimeoutError::Timeout) => {}
        }
        // a listener is the program's: its panic must not end the watch
        match catch_unwind(AssertUnwindSafe(&reload)) {
            Ok(Some(())) => {}
            Ok(None) => return,
            Err(_) => tracing::error!("a listener to the configuration panicked"),
        }
    }
}

/// Waits until the directory has been quiet; `false`: told to stop.
fn settle(signals: &Receiver<Signal>) -> bool {
    for _ in 0..QUIET_TIMES {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Moved) if drain(signals) => {}
            Ok(Signal::Moved | Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
    }
    true
}

/// Takes the rest of a burst; `false`: told to stop.
fn drain(signals: &Receiver<Signal>) -> bool {
    loop {
        match signals.try_recv() {
            Ok(Signal::Moved) => {}
            Ok(Signal::Stop) | Err(TryRecvError::Disconnected) => return false,
            Err(TryRecvError::Empty) => return true,
        }
    }
}
