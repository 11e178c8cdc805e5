//! One connection from accept to close.

use std::{future::Future, sync::Arc, time::Duration};

use live_pack_admission::Admission;
use motore::Service;
use prometheus::IntGauge;
use tokio::sync::Notify;
use volo::net::Address;
use volo_thrift::{
    ServerError, codec::MakeCodec, context::ServerContext, tracing::DefaultProvider, transport::pingpong,
};

use super::{
    Lifecycle,
    halves::{self, Limits, Reader, Writer},
    peers::Seat,
    stream::Accepted,
    tls::Tls,
};
use crate::{
    metrics::ServerMetrics,
    pack_service::{PackCall, PackService, Request, Response, peer::Peer},
};

/// The codec of messages: the guard, except in a measurement of its cost.
pub trait Codec: MakeCodec<Reader, Writer, Encoder: Send, Decoder: Send> + Sync {}

impl<C: MakeCodec<Reader, Writer, Encoder: Send, Decoder: Send> + Sync> Codec for C {}

/// The parts that all connections of a listener share.
pub struct ListenerParts<S, C> {
    /// Answers requests.
    pub service: S,
    /// Reads and writes messages.
    pub codec: C,
    /// Identifies callers by their connection.
    pub admission: Arc<Admission>,
    /// Maximum duration of a request, whatever timeout its caller states.
    pub max_request_time: Duration,
    /// Time limits.
    pub limits: Limits,
    /// TLS; without it, connections from the network are in the clear.
    pub tls: Option<Arc<Tls>>,
    /// The metrics of connections.
    pub metrics: Arc<ServerMetrics>,
    /// The state of the process, which ends connections.
    pub lifecycle: Arc<Lifecycle>,
}

/// Serves one connection until its peer closes it, a limit is hit or the service drains.
pub async fn serve<S: PackService, C: Codec>(accepted: Accepted, seat: Seat, parts: Arc<ListenerParts<S, C>>) {
    let _open = Open::count(&parts.metrics.connections);
    let _seat = seat;
    // Boxed: a handshake is large, and is over before the connection becomes idle.
    let (read, write, peer) = match Box::pin(accepted.open(parts.tls.as_ref())).await {
        Ok(opened) => opened,
        Err(error) => {
            parts.metrics.failed_opens.inc();
            tracing::debug!(%error, "a connection ended before its first message");
            return;
        }
    };
    let peer = Arc::new(peer);
    let address = peer.address.map(Address::from);
    let closing = parts.lifecycle.closing();
    let (reader, writer) =
        halves::split((read, write), peer.clone(), parts.limits, closing, parts.metrics.timed_out.clone());
    let (encoder, decoder) = parts.codec.make_codec(reader, writer);
    // Never notified: that would cut off a half-read message. The reader ends an idle connection itself.
    let never = Notify::new();
    let calls = Calls { parts: &parts, peer: &peer };
    pingpong::serve::<Calls<'_, S, C>, Request, Response, _, _, _>(
        encoder,
        decoder,
        never.notified(),
        parts.lifecycle.exit_mark(),
        &calls,
        Arc::new([]),
        address,
        DefaultProvider,
    )
    .await;
}

/// The service for the requests of one connection. Each becomes a [`PackCall`].
struct Calls<'a, S, C> {
    parts: &'a ListenerParts<S, C>,
    peer: &'a Peer,
}

impl<S: PackService, C: Codec> Service<ServerContext, Request> for Calls<'_, S, C> {
    type Response = Response;
    type Error = ServerError;

    // Not an async fn: that would reserve room for the request in every idle connection.
    fn call(
        &self,
        cx: &mut ServerContext,
        request: Request,
    ) -> impl Future<Output = Result<Response, ServerError>> + Send {
        let ListenerParts { service, admission, max_request_time, .. } = self.parts;
        let call = PackCall::new(cx, request, self.peer, admission, *max_request_time);
        service.call(cx, call)
    }
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
