//! Makes connections, keeps one ready for each instance, and notices when it breaks.
//!
//! A failure to connect is distinguished from a broken connection. The idle connection serves three purposes: the first
//! call does not wait for a handshake, the end of an instance is noticed at once and not by a lost call, and readiness
//! knows which instances have accepted a connection.

mod lazy;

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    net::TcpStream,
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use volo::net::{
    Address,
    conn::Conn,
    dial::{DefaultMakeTransport, MakeTransport},
};

use self::lazy::{LazyReader, LazyWriter};
use super::balance::Peer;

/// Pause after the first failed attempt; doubled up to [`PAUSE_MOST`].
const PAUSE: Duration = Duration::from_millis(50);

/// Longest pause between attempts.
const PAUSE_MOST: Duration = Duration::from_secs(1);

/// A connection that breaks sooner counts as a failed attempt.
const SHORT_LIVED: Duration = Duration::from_secs(1);

/// The idle connection may take this many times as long as one that a call waits for.
const PATIENCE: u32 = 4;

/// Makes the connections of one instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Dial {
    made: DefaultMakeTransport,
    spare: Arc<Spare>,
}

/// An idle connection, if there is one.
#[derive(Debug, Default)]
pub(super) struct Spare {
    // std mutex: held for a poll, never across an await
    stream: Mutex<Option<TcpStream>>,
    taken: Notify,
}

/// There is no connection, so nothing was sent. Distinguishes this failure from a connection that broke.
#[derive(Debug, thiserror::Error)]
#[error("no connection: {0}")]
pub(super) struct NoConnection(#[source] io::Error);

impl NoConnection {
    /// Whether the error is of this kind.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl Dial {
    /// Makes connections within `limit` each, and takes the idle one of `spare` first.
    pub(super) fn new(spare: Arc<Spare>, limit: Duration) -> Self {
        let mut made = DefaultMakeTransport::default();
        // here and not in the client, which would also write it into every header
        made.set_connect_timeout(Some(limit));
        Self { made, spare }
    }
}

impl MakeTransport for Dial {
    type ReadHalf = LazyReader;
    type WriteHalf = LazyWriter;

    /// Ready at once: see [`lazy`].
    async fn make_transport(&self, address: Address) -> io::Result<(LazyReader, LazyWriter)> {
        if let Some(stream) = self.spare.take() {
            return Ok(lazy::open(Conn::from(stream).stream.into_split()));
        }
        let made = self.made.clone();
        Ok(lazy::later(async move {
            let made = made.make_transport(address).await;
            made.map_err(|failed| io::Error::new(failed.kind(), NoConnection(failed)))
        }))
    }

    fn set_connect_timeout(&mut self, timeout: Option<Duration>) {
        self.made.set_connect_timeout(timeout);
    }

    fn set_read_timeout(&mut self, timeout: Option<Duration>) {
        self.made.set_read_timeout(timeout);
    }

    fn set_write_timeout(&mut self, timeout: Option<Duration>) {
        self.made.set_write_timeout(timeout);
    }
}

/// Reasons that the idle connection is gone.
#[derive(Debug, PartialEq, Eq)]
enum Gone {
    Taken,
    Broken,
    Old,
    Doubted,
}

impl Spare {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<TcpStream>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The idle connection, if it is usable.
    fn take(&self) -> Option<TcpStream> {
        let stream = self.lock().take()?;
        self.taken.notify_one();
        // nothing may arrive before the first request: bytes, or the end, make the connection useless
        let stands = matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        stands.then_some(stream)
    }

    fn put(&self, stream: TcpStream) {
        *self.lock() = Some(stream);
    }

    /// Ready when the idle connection can be read, which only its end or a fault makes possible.
    fn poll_broken(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self.lock().as_ref() {
            Some(stream) => stream.poll_read_ready(cx).map(drop),
            None => Poll::Pending,
        }
    }

    async fn gone(&self, peer: &Peer, lifetime: Duration) -> Gone {
        tokio::select! {
            () = self.taken.notified() => Gone::Taken,
            () = poll_fn(|cx| self.poll_broken(cx)) => {
                self.lock().take();
                Gone::Broken
            }
            () = sleep(lifetime) => Gone::Old,
            () = peer.doubted() => Gone::Doubted,
        }
    }
}

/// Times of the idle connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpareTimes {
    /// Maximum time to connect for a call.
    pub(super) connect: Duration,
    /// Age at which the connection is replaced, before a server or a firewall forgets it.
    pub(super) lifetime: Duration,
}

/// Keeps one idle connection to an instance, and the instance's state up to date. Never ends.
pub(super) async fn keep(peer: Arc<Peer>, spare: Arc<Spare>, times: SpareTimes) {
    let mut pause = PAUSE;
    loop {
        let begun = Instant::now();
        match connect(peer.address, times.connect * PATIENCE).await {
            Ok(stream) => {
                spare.put(stream);
                peer.set_reachable(true);
                if spare.gone(&peer, times.lifetime).await != Gone::Broken {
                    continue;
                }
                // before any other call chooses it
                peer.set_reachable(false);
                if begun.elapsed() >= SHORT_LIVED {
                    pause = PAUSE;
                    continue;
                }
            }
            Err(error) => {
                if peer.is_reachable() {
                    tracing::warn!(address = %peer.address, %error, "a downstream instance cannot be reached");
                }
                peer.set_reachable(false);
            }
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MOST);
    }
}

async fn connect(address: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
    timeout(limit, TcpStream::connect(address)).await?
}
