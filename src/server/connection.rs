//! One connection from accept to close.

use std::sync::Arc;

use live_pack_idl::guard::Guard;
use prometheus::IntGauge;
use tokio::sync::Notify;
use volo::net::Address;
use volo_thrift::{codec::MakeCodec as _, tracing::DefaultProvider, transport::pingpong};

use super::{
    Lifecycle,
    halves::{self, Limits},
    peers::Seat,
    stream::Accepted,
    tls::Tls,
};
use crate::{
    metrics::ServerMetrics,
    middleware::{PackService, Request, Response, context},
};

/// What all connections of a listener have in common.
pub struct Shared<S> {
    /// Answers.
    pub service: S,
    /// Reads.
    pub guard: Guard,
    /// How long a connection may be quiet.
    pub limits: Limits,
    /// Without it, connections from the network are in the clear.
    pub tls: Option<Arc<Tls>>,
    /// Where connections are counted.
    pub metrics: Arc<ServerMetrics>,
    /// When they end.
    pub lifecycle: Arc<Lifecycle>,
}

/// Serves one connection until its peer closes it, a limit is hit or the service drains.
pub async fn serve<S: PackService>(accepted: Accepted, seat: Seat, shared: Arc<Shared<S>>) {
    let _open = Open::count(&shared.metrics.connections);
    let _seat = seat;
    // Boxed: a handshake is large, and is over when the connection begins to be idle.
    let (read, write, peer) = match Box::pin(accepted.open(shared.tls.as_ref())).await {
        Ok(opened) => opened,
        Err(error) => {
            shared.metrics.failed_opens.inc();
            tracing::debug!(%error, "a connection ended before its first message");
            return;
        }
    };
    let peer = Arc::new(peer);
    let address = peer.address.map(Address::from);
    let closing = shared.lifecycle.closing();
    let (reader, writer) = halves::split((read, write), shared.limits, closing, shared.metrics.timed_out.clone());
    let (encoder, decoder) = shared.guard.make_codec(reader, writer);
    // Never notified: it would cut a half-read message off. The reader ends an idle connection itself.
    let never = Notify::new();
    let served = pingpong::serve::<S, Request, Response, _, _, _>(
        encoder,
        decoder,
        never.notified(),
        shared.lifecycle.exit_mark(),
        &shared.service,
        Arc::new([]),
        address,
        DefaultProvider,
    );
    context::scope_peer(peer, served).await;
}

/// Counts a connection for as long as it lives, also when its task panics.
struct Open<'a>(&'a IntGauge);

impl<'a> Open<'a> {
    fn count(gauge: &'a IntGauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
