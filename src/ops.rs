//! The ops server: metrics, probes, version, configuration and a few actions over HTTP, on a thread of its own.
//!
//! Its own thread and runtime, so that a probe is answered also while every worker of the service is busy.

pub mod process;
pub mod routes;
pub mod token;
pub mod version;

use std::{
    io,
    net::{SocketAddr, TcpListener as StdTcpListener},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use prometheus::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::token::{OpsToken, TokenError};
use crate::server::{Lifecycle, signals::Reload};

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
    /// Reads the configuration again.
    pub reload: Reload,
    /// What a caller must show to change anything; without one nobody can.
    pub token: Option<OpsToken>,
}

/// The thread or runtime of the ops server could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the ops server could not start")]
pub struct OpsError(#[from] io::Error);

/// How long a probe that has been taken may go on when the server stops.
const LAST_ANSWERS: Duration = Duration::from_millis(200);

/// A running ops server. Stops when dropped.
pub struct OpsServer {
    addr: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl OpsServer {
    /// Serves on `listener` until dropped or told to stop.
    ///
    /// # Errors
    /// See [`OpsError`].
    pub fn start(listener: StdTcpListener, state: OpsState) -> Result<Self, OpsError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let addr = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let thread = std::thread::Builder::new().name("ops".to_owned()).spawn(move || {
            if let Err(error) = runtime.block_on(serve(listener, state, stopping)) {
                tracing::error!(%error, "the ops server ended");
            }
        })?;
        Ok(Self { addr, stop, thread: Some(thread) })
    }

    /// Stops it when cancelled.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// The address it listens on, with the port that was chosen where port 0 was asked for.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

async fn serve(listener: StdTcpListener, state: OpsState, stop: CancellationToken) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let served = axum::serve(listener, routes::router(state)).with_graceful_shutdown(stop.clone().cancelled_owned());
    let last = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        served = async { served.await } => served,
        // A connection that is kept open must not keep the process.
        () = last => Ok(()),
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
