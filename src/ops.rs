//! The ops server: metrics, probes, version, configuration and a few actions over HTTP, on its own thread.
//!
//! Its own thread and runtime, so that probes are answered even while every worker of the service is busy.

pub mod connections;
pub mod process;
mod records;
pub mod routes;
pub mod runtime;
pub mod token;
pub mod version;

use std::{
    io,
    net::{SocketAddr, TcpListener as StdTcpListener},
    sync::{Arc, OnceLock},
    thread::JoinHandle,
    time::Duration,
};

use futures_util::future::BoxFuture;
use live_pack_dal::{CacheName, Reach};
use prometheus::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::connections::Listener;
pub use self::{
    connections::OpsLimits,
    token::{OpsToken, TokenError},
};
use crate::{
    records::ring::Ring,
    server::{Lifecycle, reload::Reloads},
};

/// Answers an endpoint with JSON.
pub type JsonView = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// The downstream services that are still awaited, for `/readyz`.
pub type Awaited = Arc<dyn Fn() -> Vec<&'static str> + Send + Sync>;

/// Forgets the values of an id in a cache.
pub type Forget = Arc<dyn Fn(CacheName, i64) -> BoxFuture<'static, Result<Reach, ForgetError>> + Send + Sync>;

/// Failures to forget a value.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// There are no caches yet.
    #[error("the service is starting")]
    Starting,
    /// Redis and other instances have the value.
    #[error("only this process has forgotten it, because Redis could not be told; try again")]
    Redis(#[from] live_pack_dal::Error),
    /// The work ended early, because the process ends.
    #[error("the request did not finish")]
    Lost(#[from] tokio::task::JoinError),
}

/// The state behind the ops server.
#[derive(Clone)]
pub struct OpsState {
    /// The registry of all metrics.
    pub registry: Registry,
    /// Whether the service takes traffic.
    pub lifecycle: Arc<Lifecycle>,
    /// The downstream services that are still awaited.
    pub awaited: Awaited,
    /// Answers `/api/config`: the configuration in force, rejected files and their faults.
    pub config: JsonView,
    /// Answers `/api/downstreams`: the instances of each downstream service, with load, latency and ejections.
    pub instances: JsonView,
    /// Reads the configuration again.
    pub reloads: Reloads,
    /// Forgets values.
    pub forget: Forget,
    /// Answers `/api/records`, once the service has been put together.
    pub records: Arc<OnceLock<Arc<Ring>>>,
    /// Token for requests that change state or show records; without one they are all refused.
    pub token: Option<OpsToken>,
    /// The limits of its connections.
    pub limits: OpsLimits,
}

/// Failures to set up the ops server.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// Its thread or its runtime could not be started.
    #[error("the ops server could not start")]
    System(#[from] io::Error),
    /// Its metrics could not be registered.
    #[error("the metrics of the ops server could not be registered")]
    Metrics(#[from] prometheus::Error),
}

/// Time for a probe under way to finish when the server stops.
const LAST_ANSWERS: Duration = Duration::from_millis(200);

/// A running ops server. Stops when dropped.
pub struct OpsServer {
    addr: SocketAddr,
    opened: CancellationToken,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl OpsServer {
    /// Serves on `listener` until dropped or told to stop.
    ///
    /// # Errors
    /// See [`OpsError`].
    pub fn start(listener: StdTcpListener, state: OpsState) -> Result<Self, OpsError> {
        let server = Self::prepare(listener, state)?;
        server.open();
        Ok(server)
    }

    /// Prepares everything for serving; accepts connections after [`OpsServer::open`].
    ///
    /// # Errors
    /// See [`OpsError`].
    pub fn prepare(listener: StdTcpListener, state: OpsState) -> Result<Self, OpsError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        process::register(&state.registry)?;
        let addr = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let stop = CancellationToken::new();
        let listener = {
            let _entered = runtime.enter();
            Listener::new(TcpListener::from_std(listener)?, state.limits, &state.registry)?
        };
        let opened = CancellationToken::new();
        let (opening, stopping) = (opened.clone(), stop.clone());
        let thread = std::thread::Builder::new().name("ops".to_owned()).spawn(move || {
            if let Err(error) = runtime.block_on(serve(listener, state, opening, stopping)) {
                tracing::error!(%error, "the ops server ended");
            }
        })?;
        Ok(Self { addr, opened, stop, thread: Some(thread) })
    }

    /// Starts to accept.
    pub fn open(&self) {
        self.opened.cancel();
    }

    /// Stops it when cancelled.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// The address it listens on, with the actual port if port 0 was requested.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

async fn serve(
    listener: Listener,
    state: OpsState,
    opened: CancellationToken,
    stop: CancellationToken,
) -> io::Result<()> {
    tokio::select! {
        () = opened.cancelled() => {}
        () = stop.cancelled() => return Ok(()),
    }
    let served = axum::serve(listener, routes::router(state)).with_graceful_shutdown(stop.clone().cancelled_owned());
    let last = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        served = async { served.await } => served,
        // A connection that is kept open must not delay the end of the process.
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
