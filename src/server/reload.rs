//! Reloads on a separate thread: reading files blocks, and neither signals nor probes may wait for it.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
};

use tokio::sync::oneshot;

/// Reads all reloadable files again. May block.
pub type Reload = Arc<dyn Fn() + Send + Sync>;

/// Runs requested reloads one at a time. Cheap to clone; all clones share the thread.
#[derive(Debug, Clone)]
pub struct Reloads(mpsc::Sender<oneshot::Sender<()>>);

/// The reload panicked, or its thread is gone.
#[derive(Debug, thiserror::Error)]
#[error("the reload did not finish")]
pub struct ReloadLost;

impl Reloads {
    /// Starts the thread. It ends with the last clone.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(reload: Reload) -> io::Result<Self> {
        let (sender, asked) = mpsc::channel::<oneshot::Sender<()>>();
        thread::Builder::new().name("reload".to_owned()).spawn(move || {
            while let Ok(first) = asked.recv() {
                // one reload serves all requests made before it began
                let waiting: Vec<_> = std::iter::once(first).chain(asked.try_iter()).collect();
                if catch_unwind(AssertUnwindSafe(|| reload())).is_ok() {
                    for waiting in waiting {
                        // the requester may have stopped waiting
                        let _ = waiting.send(());
                    }
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// Requests a reload at once; the future completes when it is over and may be dropped before.
    ///
    /// # Errors
    /// See [`ReloadLost`].
    pub fn ask(&self) -> impl Future<Output = Result<(), ReloadLost>> + Send + 'static {
        let (sender, done) = oneshot::channel();
        let asked = self.0.send(sender);
        async move {
            asked.map_err(|_| ReloadLost)?;
            done.await.map_err(|_| ReloadLost)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn reloads_requested_while_one_runs_are_merged() {
        let (go, gone) = mpsc::channel::<()>();
        let (gone, runs) = (Mutex::new(gone), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&runs);
        let reloads = Reloads::start(Arc::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            gone.lock().unwrap().recv().unwrap();
        }));
        let reloads = reloads.unwrap();
        let first = reloads.ask();
        while runs.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (0..100).map(|_| reloads.ask()).collect();
        go.send(()).unwrap();
        first.await.unwrap();
        go.send(()).unwrap();
        for other in others {
            other.await.unwrap();
        }
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_reload_that_panics_is_reported_and_the_next_one_runs() {
        let runs = AtomicU32::new(0);
        let panics = move || assert!(runs.fetch_add(1, Ordering::Relaxed) > 0, "on purpose");
        let reloads = Reloads::start(Arc::new(panics)).unwrap();
        assert!(reloads.ask().await.is_err());
        reloads.ask().await.unwrap();
    }
}
