//! The peer of a connection, known only to the listener, made available to every layer.

use std::{future::Future, sync::Arc};

use crate::server::peer::Peer;

tokio::task_local! {
    static PEER: Arc<Peer>;
}

/// Runs the future of one connection with its peer available.
// Not an async fn: that would keep the future of the connection twice.
pub(crate) fn scope_peer<F: Future>(peer: Arc<Peer>, future: F) -> impl Future<Output = F::Output> {
    PEER.scope(peer, future)
}

/// The peer of the connection that this task serves.
pub(crate) fn peer() -> Option<Arc<Peer>> {
    PEER.try_with(Arc::clone).ok()
}
