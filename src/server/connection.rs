//! One connection from accept to close.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use live_pack_idl::guard::Guard;
use prometheus::IntGauge;
use tokio::{net::TcpStream, sync::Notify};
use volo::net::Address;
use volo_thrift::{codec::MakeCodec as _, tracing::DefaultProvider, transport::pingpong};

use super::{Lifecycle, halves, peer::Peer};
use crate::{
    metrics::ServerMetrics,
    middleware::{PackService, Request, Response, context},
};

/// How long a connection may be quiet.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Between two messages.
    pub idle: Duration,
    /// From the first byte of a message to its last, and while the peer takes no bytes of an answer.
    pub message: Duration,
}

/// Serves one connection until its peer closes it, a limit is hit or the service drains.
pub async fn serve<S: PackService>(
    stream: TcpStream,
    peer: SocketAddr,
    service: Arc<S>,
    guard: Guard,
    limits: Limits,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
) {
    let _open = Open::count(&metrics.connections);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the peer was gone before the first byte");
        return;
    }
    let (reader, writer) = halves::split(stream, limits, lifecycle.closing(), metrics.timed_out.clone());
    let (encoder, decoder) = guard.make_codec(reader, writer);
    // Never notified: it would cut a half-read message off. The reader ends an idle connection itself.
    let never = Notify::new();
    let served = pingpong::serve::<S, Request, Response, _, _, _>(
        encoder,
        decoder,
        never.notified(),
        lifecycle.exit_mark(),
        &service,
        Arc::new([]),
        Some(Address::from(peer)),
        DefaultProvider,
    );
    context::scope_peer(Arc::new(Peer::at(peer)), served).await;
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
