//! One connection from accept to close.

use std::sync::Arc;

use prometheus::IntGauge;
use tokio::sync::Notify;
use volo::net::Address;
use volo_thrift::{codec::MakeCodec, tracing::DefaultProvider, transport::pingpong};

use super::{
    Lifecycle,
    halves::{self, Limits, Reader, Writer},
    peers::Seat,
    stream::Accepted,
    tls::Tls,
};
use crate::{
    metrics::ServerMetrics,
    middleware::{PackService, Request, Response, context},
};

/// The codec of messages: the guard, except in a measurement of its cost.
pub trait Codec: MakeCodec<Reader, Writer, Encoder: Send, Decoder: Send> + Sync {}

impl<C: MakeCodec<Reader, Writer, Encoder: Send, Decoder: Send> + Sync> Codec for C {}

/// The parts that all connections of a listener share.
pub struct Shared<S, C> {
    /// Answers requests.
    pub service: S,
    /// Reads and writes messages.
    pub codec: C,
    /// Limits on silence.
    pub limits: Limits,
    /// TLS; without it, connections from the network are in the clear.
    pub tls: Option<Arc<Tls>>,
    /// The metrics of connections.
    pub metrics: Arc<ServerMetrics>,
    /// The state of the process, which ends connections.
    pub lifecycle: Arc<Lifecycle>,
}

/// Serves one connection until its peer closes it, a limit is hit or the service drains.
pub async fn serve<S: PackService, C: Codec>(accepted: Accepted, seat: Seat, shared: Arc<Shared<S, C>>) {
    let _open = Open::count(&shared.metrics.connections);
    let _seat = seat;
    // Boxed: a handshake is large, and is over before the connection becomes idle.
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
    let (encoder, decoder) = shared.codec.make_codec(reader, writer);
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

/// Counts a connection until it is dropped, even if its task panics.
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
