//! The accept loop: takes connections within the cap, survives failing accepts, and drains.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use live_pack_idl::guard::{self, Guard};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout_at},
};
use tokio_util::task::TaskTracker;

use super::{
    Drained, Lifecycle, Phase, ServerOptions,
    connection::{self, Limits},
};
use crate::{metrics::ServerMetrics, middleware::PackService};

/// After a failed accept: long enough for descriptors to come free, short enough not to be noticed.
const PAUSE: Duration = Duration::from_millis(50);

/// Where connections come from. A trait so that a test can let an accept fail.
pub trait Incoming: Send {
    /// The next connection.
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Incoming for TcpListener {
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send {
        Self::accept(self)
    }
}

/// Accepts until asked to drain, then drains.
pub async fn run<S: PackService>(
    incoming: impl Incoming,
    service: Arc<S>,
    options: ServerOptions,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
) -> Drained {
    let limits = guard::Limits::of_message(options.max_message);
    let guard = Guard::server(guard::services::LIVE_PACK, limits, metrics.clone());
    let tracker = TaskTracker::new();
    let mut acceptor = Acceptor { service, guard, options, metrics, lifecycle, tracker, complained: false };
    acceptor.lifecycle.advance(Phase::Ready);
    let lifecycle = acceptor.lifecycle.clone();
    tokio::select! {
        () = lifecycle.drain_asked() => {}
        () = acceptor.accept_forever(&incoming) => {}
    }
    let asked = Instant::now();
    tokio::select! {
        () = sleep(options.drain_linger) => {}
        () = acceptor.accept_forever(&incoming) => {}
    }
    // Closed first: from here on a new caller is refused at once instead of waiting in the backlog.
    drop(incoming);
    acceptor.finish(asked + options.drain_limit).await
}

struct Acceptor<S> {
    service: Arc<S>,
    guard: Guard,
    options: ServerOptions,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
    tracker: TaskTracker,
    /// Whether the current trouble has been logged: a full table must not fill the log as well.
    complained: bool,
}

impl<S: PackService> Acceptor<S> {
    async fn accept_forever(&mut self, incoming: &impl Incoming) {
        loop {
            match incoming.accept().await {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    self.metrics.accept_errors.inc();
                    if !std::mem::replace(&mut self.complained, true) {
                        tracing::error!(%error, "accept failed, going on; not logged again until one succeeds");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn take(&mut self, stream: TcpStream, peer: SocketAddr) {
        if self.tracker.len() >= self.options.max_connections {
            self.metrics.refused.inc();
            if !std::mem::replace(&mut self.complained, true) {
                let cap = self.options.max_connections;
                tracing::warn!(cap, "connections refused; not logged again until one is taken");
            }
            return;
        }
        self.complained = false;
        let limits = Limits { idle: self.options.idle_timeout, message: self.options.message_timeout };
        let (service, guard) = (self.service.clone(), self.guard.clone());
        let (metrics, lifecycle) = (self.metrics.clone(), self.lifecycle.clone());
        self.tracker.spawn(connection::serve(stream, peer, service, guard, limits, metrics, lifecycle));
    }

    /// Lets connections end: idle ones at once, the others after the answer they owe.
    async fn finish(self, limit: Instant) -> Drained {
        self.lifecycle.close_connections();
        self.tracker.close();
        let in_time = timeout_at(limit, self.tracker.wait()).await.is_ok();
        let abandoned = if in_time { 0 } else { self.tracker.len() };
        if abandoned > 0 {
            tracing::warn!(abandoned, "the limit of the drain was reached");
        }
        self.lifecycle.advance(Phase::Stopped);
        Drained { abandoned }
    }
}
