//! The sockets that connections come from: the Thrift address, and a Unix socket beside it where one is asked for.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::{peer::Peer, stream::Accepted, tls::Tls};

/// Where connections come from. A trait so that a test can let an accept fail.
pub trait Incoming: Send + Sync {
    /// The next connection.
    fn accept(&self) -> impl Future<Output = io::Result<Accepted>> + Send;

    /// What a connection from the network must speak.
    fn tls(&self) -> Option<Arc<Tls>> {
        None
    }
}

/// The sockets of the service.
#[derive(Debug)]
pub struct Listeners {
    /// The Thrift address.
    pub tcp: TcpListener,
    /// For callers on this machine, who are told apart by their user.
    pub unix: Option<UnixListener>,
    /// Without it, the Thrift address takes connections in the clear.
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
