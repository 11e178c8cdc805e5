//! The address of the peer, which only the listener knows, at hand in every layer of its connection.

use std::{future::Future, net::SocketAddr};

tokio::task_local! {
    static PEER: SocketAddr;
}

/// Runs everything of one connection with the address of its peer at hand.
// Not an async fn: that would keep the future of the connection twice.
pub(crate) fn scope_peer<F: Future>(peer: SocketAddr, future: F) -> impl Future<Output = F::Output> {
    PEER.scope(peer, future)
}

/// The peer of the connection that this task serves.
pub(crate) fn peer() -> Option<SocketAddr> {
    PEER.try_with(|peer| *peer).ok()
}
