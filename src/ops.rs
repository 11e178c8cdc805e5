//! The ops server: metrics, probes, version and configuration over HTTP, on a thread of its own.
//!
//! Its own thread and runtime, so that a probe is answered also while every worker of the service is busy.

pub mod process;
pub mod routes;
pub mod version;

use std::{io, net::SocketAddr, sync::Arc, thread::JoinHandle};

use prometheus::Registry;
use tokio_util::sync::CancellationToken;

use crate::server::{BindError, Lifecycle, bind};

/// Answers `/api/config`: what is in force, what was rejected and why.
pub type ConfigView = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// What the ops server shows.
#[derive(Clone)]
pub struct OpsState {
    /// Where all metrics are registered.
    pub registry: Registry,
    /// Whether the service takes traffic.
    pub lifecycle: Arc<Lifecycle>,
    /// The configuration in force.
    pub config: ConfigView,
}

/// Why the ops server could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// Its address could not be listened on.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Its thread or runtime could not be made.
    #[error("the ops server could not start")]
    Start(#[from] io::Error),
}

/// A running ops server. Stops when dropped.
pub struct OpsServer {
    addr: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl OpsServer {
    /// Listens on `addr` and serves until dropped.
    ///
    /// # Errors
    /// See [`OpsError`].
    pub fn start(addr: SocketAddr, state: OpsState) -> Result<Self, OpsError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(bind(addr, "--ops-addr"))?;
        let addr = listener.local_addr()?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let thread = std::thread::Builder::new().name("ops".to_owned()).spawn(move || {
            let served = axum::serve(listener, routes::router(state));
            runtime.block_on(async {
                tokio::select! {
                    result = async { served.await } => if let Err(error) = result {
                        tracing::error!(%error, "the ops server ended");
                    },
                    // Cut off, not drained: a probe that is asked at the very end has nothing to lose.
                    () = stopped => {}
                }
            });
        })?;
        Ok(Self { addr, stop, thread: Some(thread) })
    }

    /// The address it listens on, with the port that was chosen where port 0 was asked for.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for OpsServer {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the ops server panicked");
        }
    }
}
