//! The peer of a connection, known only to the listener, made available to every layer.

use std::{future::Future, sync::Arc};

use live_pack_handlers::request_context::Hints;
use metainfo::{Forward as _, METAINFO};

use crate::server::peer::Peer;

tokio::task_local! {
    static PEER: Arc<Peer>;
}

/// Runs the future of one connection with its peer available.
// Not an async fn: that would keep the future of the connection twice.
pub(crate) fn scope_peer<F: Future>(peer: Arc<Peer>, future: F) -> impl Future<Output = F::Output> {
    PEER.scope(peer, future)
}

/// The values of the transport header of this request that are handed on.
pub(crate) fn hints() -> Hints {
    let read = METAINFO.try_with(|header| {
        let header = header.borrow();
        // keys that travel one hop, without their prefix
        let value = |key: &str| header.get_upstream(key).unwrap_or_default();
        Hints { lane: value("LP_LANE"), trace_parent: value("traceparent"), trace_state: value("tracestate") }
    });
    read.unwrap_or_default()
}

/// The peer of the connection that this task serves.
pub(crate) fn peer() -> Option<Arc<Peer>> {
    PEER.try_with(Arc::clone).ok()
}
