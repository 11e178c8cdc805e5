//! The accept loop: accepts connections within the caps, survives failed accepts, and drains.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::task::TaskTracker;

use super::{
    Drained, Lifecycle, Phase, ServerOptions,
    connection::{self, Codec, ListenerParts},
    halves::Limits,
    listeners::Incoming,
    peers::Peers,
    stream::Accepted,
};
use crate::{metrics::ServerMetrics, pack_service::PackService};
use live_pack_admission::Admission;

/// Pause after a failed accept: long enough for descriptors to become free, too short to be noticed.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts until asked to drain, then drains.
pub async fn run<S: PackService>(
    incoming: impl Incoming,
    service: S,
    codec: impl Codec,
    options: ServerOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
) -> Drained {
    let parts = ListenerParts {
        service,
        codec,
        admission,
        max_request_time: options.calls.max_request_time,
        limits: Limits::of(&options),
        tls: incoming.tls(),
        metrics,
        lifecycle: lifecycle.clone(),
    };
    let mut acceptor = Acceptor {
        parts: Arc::new(parts),
        peers: Peers::new(options.max_connections_per_peer),
        max_connections: options.max_connections,
        tracker: TaskTracker::new(),
        complained: false,
    };
    lifecycle.ready();
    tokio::select! {
        () = lifecycle.drain_asked() => {}
        () = acceptor.accept_forever(&incoming) => {}
    }
    let asked = Instant::now();
    if !lifecycle.is_handed_over() {
        tokio::select! {
            () = sleep(options.drain_linger) => {}
            () = acceptor.accept_forever(&incoming) => {}
        }
        // Peers in the backlog are already connected: closing now would reset them.
        while let Some(Ok(accepted)) = incoming.accept().now_or_never() {
            acceptor.take(accepted);
        }
    }
    // Closed first: from here on a new caller is refused at once, or reaches the successor.
    drop(incoming);
    lifecycle.stop_listening();
    acceptor.finish(asked + options.drain_limit).await
}

struct Acceptor<S, C> {
    parts: Arc<ListenerParts<S, C>>,
    peers: Arc<Peers>,
    max_connections: usize,
    tracker: TaskTracker,
    /// Whether the current problem has been logged: a full descriptor table must not fill the log as well.
    complained: bool,
}

impl<S: PackService, C: Codec> Acceptor<S, C> {
    async fn accept_forever(&mut self, incoming: &impl Incoming) {
        loop {
            match incoming.accept().await {
                Ok(accepted) => self.take(accepted),
                Err(error) => {
                    self.parts.metrics.accept_errors.inc();
                    if !std::mem::replace(&mut self.complained, true) {
                        tracing::error!(%error, "accept failed; not logged again until one succeeds");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn take(&mut self, accepted: Accepted) {
        if self.tracker.len() >= self.max_connections {
            return self.refuse("total", &accepted);
        }
        let Some(seat) = self.peers.enter(accepted.peer().group()) else { return self.refuse("peer", &accepted) };
        self.complained = false;
        self.tracker.spawn(connection::serve(accepted, seat, self.parts.clone()));
    }

    /// Closes a connection at once.
    fn refuse(&mut self, cap: &'static str, accepted: &Accepted) {
        self.parts.metrics.refused.with_label_values(&[cap]).inc();
        if !std::mem::replace(&mut self.complained, true) {
            let peer = accepted.peer();
            tracing::warn!(cap, %peer, "connections refused; not logged again until one is accepted");
        }
    }

    /// Ends connections: idle ones in turn, the others after the answer they owe.
    async fn finish(self, limit: Instant) -> Drained {
        let lifecycle = &self.parts.lifecycle;
        lifecycle.close_connections();
        self.tracker.close();
        let in_time = timeout_at(limit, self.tracker.wait()).await.is_ok();
        let abandoned = if in_time { 0 } else { self.tracker.len() };
        if abandoned > 0 {
            tracing::warn!(abandoned, "the drain reached its time limit");
        }
        lifecycle.advance(Phase::Stopped);
        Drained { abandoned }
    }
}
