//! The three kinds of connection, distinguished only here: TCP, TCP under TLS, and a Unix socket.

use std::{io, sync::Arc};

use tokio::{
    io::{ReadHalf as TlsHalf, WriteHalf as TlsWriteHalf},
    net::{TcpStream, UnixStream, tcp, unix},
};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use super::tls::Tls;
use crate::pack_service::peer::Peer;

/// An accepted connection.
pub enum Accepted {
    /// From the network, under TLS if the listener has it.
    Tcp(TcpStream, Peer),
    /// From this machine.
    Unix(UnixStream, Peer),
}

/// The half that reads requests.
pub type ReadHalf = Either<tcp::OwnedReadHalf, Either<unix::OwnedReadHalf, TlsHalf<TlsStream<TcpStream>>>>;
/// The half that writes answers.
pub type WriteHalf = Either<tcp::OwnedWriteHalf, Either<unix::OwnedWriteHalf, TlsWriteHalf<TlsStream<TcpStream>>>>;

impl Accepted {
    /// The peer, as far as it is known before the first byte.
    #[must_use]
    pub const fn peer(&self) -> &Peer {
        match self {
            Self::Tcp(_, peer) | Self::Unix(_, peer) => peer,
        }
    }

    /// Makes the connection ready for reading (under TLS by a handshake), and determines the names of the peer.
    ///
    /// # Errors
    /// The peer has gone, or its handshake failed.
    pub async fn open(self, tls: Option<&Arc<Tls>>) -> io::Result<(ReadHalf, WriteHalf, Peer)> {
        match self {
            Self::Unix(stream, peer) => {
                let (read, write) = stream.into_split();
                Ok((Either::Right(Either::Left(read)), Either::Right(Either::Left(write)), peer))
            }
            Self::Tcp(stream, mut peer) => {
                stream.set_nodelay(true)?;
                let Some(tls) = tls else {
                    let (read, write) = stream.into_split();
                    return Ok((Either::Left(read), Either::Left(write), peer));
                };
                let (stream, names) = tls.accept(stream).await?;
                peer.certificates = names;
                let (read, write) = tokio::io::split(stream);
                Ok((Either::Right(Either::Right(read)), Either::Right(Either::Right(write)), peer))
            }
        }
    }
}

/// A connection that the reading side can write to as well.
pub enum Socket<'a> {
    /// From the network.
    Tcp(&'a TcpStream),
    /// From this machine.
    Unix(&'a UnixStream),
}

impl<'a> Socket<'a> {
    /// The socket of a half, unless it is encrypted.
    #[must_use]
    pub fn of(half: &'a ReadHalf) -> Option<Self> {
        match half {
            Either::Left(tcp) => Some(Self::Tcp(tcp.as_ref())),
            Either::Right(Either::Left(unix)) => Some(Self::Unix(unix.as_ref())),
            Either::Right(Either::Right(_)) => None,
        }
    }

    /// Sends as many bytes as possible without blocking.
    ///
    /// # Errors
    /// Those of the socket; [`io::ErrorKind::WouldBlock`] if none can be sent.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(tcp) => tcp.try_write(bytes),
            Self::Unix(unix) => unix.try_write(bytes),
        }
    }

    /// Waits until more can be sent.
    ///
    /// # Errors
    /// Those of the runtime.
    pub async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(tcp) => tcp.writable().await,
            Self::Unix(unix) => unix.writable().await,
        }
    }
}
