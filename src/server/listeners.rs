//! The listening sockets: the Thrift address, and optionally a Unix socket.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::{stream::Accepted, tls::Tls};
use crate::pack_service::peer::Peer;

/// A source of connections. A trait so that a test can let an accept fail.
pub trait Incoming: Send + Sync {
    /// The next connection.
    fn accept(&self) -> impl Future<Output = io::Result<Accepted>> + Send;

    /// TLS for connections from the network, if required.
    fn tls(&self) -> Option<Arc<Tls>> {
        None
    }
}

/// The sockets of the service.
#[derive(Debug)]
pub struct Listeners {
    /// The Thrift address.
    pub tcp: TcpListener,
    /// For callers on this machine, which are distinguished by their user.
    pub unix: Option<UnixListener>,
    /// TLS on the Thrift address; without it, connections are in the clear.
    pub tls: Option<Arc<Tls>>,
}

impl From<TcpListener> for Listeners {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, unix: None, tls: None }
    }
}

impl Incoming for Listeners {
    async fn accept(&self) -> io::Result<Accepted> {
        let Some(unix) = &self.unix else { return self.tcp.accept().await.map(from_network) };
        tokio::select! {
            accepted = self.tcp.accept() => accepted.map(from_network),
            accepted = unix.accept() => accepted.and_then(|(stream, _)| from_machine(stream)),
        }
    }

    fn tls(&self) -> Option<Arc<Tls>> {
        self.tls.clone()
    }
}

fn from_network((stream, address): (TcpStream, SocketAddr)) -> Accepted {
    Accepted::Tcp(stream, Peer::at(address))
}

fn from_machine(stream: UnixStream) -> io::Result<Accepted> {
    let uid = stream.peer_cred()?.uid();
    Ok(Accepted::Unix(stream, Peer::user(uid)))
}
