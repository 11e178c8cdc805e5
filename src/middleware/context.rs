//! The address of the peer, which only the listener knows, at hand in every layer of its connection.

use std::{future::Future, net::SocketAddr};

tokio::task_local! {
    static PEER: SocketAddr;
}

/// Runs everything of one connection with the address of its peer at hand.
pub(crate) async fn scope_peer<F: Future>(peer: SocketAddr, future: F) -> F::Output {
    PEER.scope(peer, future).await
}

/// The peer of the connection that this task serves.
pub(crate) fn peer() -> Option<SocketAddr> {
    PEER.try_with(|peer| *peer).ok()
}
