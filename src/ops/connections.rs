//! Connections of the ops server: few, none kept open by a slow peer, and always room for one more.
//!
//! They must not take descriptors from the Thrift side: connections are capped, and a new one replaces the oldest. And
//! probes must be answered even when Thrift connections have taken all descriptors: a few are reserved.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    net::{Shutdown, SocketAddr},
    os::fd::{AsFd, OwnedFd},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
    time::Duration,
};

use live_pack_metrics::OPS_CONNECTIONS_CUT;
use prometheus::{IntCounter, Registry};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep, sleep},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The limits of the ops server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpsLimits {
    /// Maximum number of open connections; a further one replaces the oldest. At least 1.
    pub connections: usize,
    /// Time from the first byte of a request to the first byte of its answer, and for a peer to take more of an answer. Also
    /// the time from the start of a connection to its first answer.
    pub request: Duration,
    /// Time between an answer and the next request.
    pub idle: Duration,
}

impl Default for OpsLimits {
    fn default() -> Self {
        Self { connections: 64, request: Duration::from_secs(10), idle: Duration::from_mins(1) }
    }
}

/// Descriptors reserved for probes, for when connections of callers have taken all others.
const KEPT_BACK: usize = 4;

/// Pause after a failed accept: long enough for descriptors to become free.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts within the limits.
pub(super) struct Listener {
    tcp: TcpListener,
    limits: OpsLimits,
    /// Open connections, and some that have ended, oldest first.
    open: VecDeque<Weak<Seat>>,
    kept_back: KeptBack,
    complained: bool,
    slow: IntCounter,
    crowded: IntCounter,
}

/// Descriptors that are held only to be closed when one is needed.
///
/// A connection that ends leaves its own here: if it were closed, a Thrift caller might get it first.
#[derive(Debug, Clone, Default)]
struct KeptBack(Arc<Mutex<Vec<OwnedFd>>>);

impl KeptBack {
    fn lock(&self) -> MutexGuard<'_, Vec<OwnedFd>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a descriptor, or closes it if there are enough.
    fn put(&self, descriptor: OwnedFd) {
        let mut kept = self.lock();
        if kept.len() < KEPT_BACK {
            kept.push(descriptor);
        }
    }

    /// Duplicates a descriptor until there are enough, as long as the system allows it.
    fn fill(&self, descriptor: impl AsFd) {
        let mut kept = self.lock();
        while kept.len() < KEPT_BACK {
            let Ok(copy) = descriptor.as_fd().try_clone_to_owned() else { return };
            kept.push(copy);
        }
    }

    /// Closes one; `false`: none is left.
    fn give_up(&self) -> bool {
        self.lock().pop().is_some()
    }
}

/// A place for one open connection.
#[derive(Debug)]
struct Seat {
    closing: CancellationToken,
}

impl Listener {
    /// # Errors
    /// One of its metrics is already registered.
    pub(super) fn new(tcp: TcpListener, limits: OpsLimits, registry: &Registry) -> Result<Self, prometheus::Error> {
        let cut = OPS_CONNECTIONS_CUT.register(registry)?;
        let of = |reason| cut.with_label_values(&[reason]);
        let (slow, crowded) = (of("slow"), of("crowded"));
        let kept_back = KeptBack::default();
        kept_back.fill(&tcp);
        Ok(Self { tcp, limits, open: VecDeque::new(), kept_back, complained: false, slow, crowded })
    }

    /// Takes a place; if none is free, closes the oldest connection and takes its place.
    fn seat(&mut self) -> Arc<Seat> {
        self.open.retain(|seat| seat.strong_count() > 0);
        while self.open.len() >= self.limits.connections.max(1) {
            if let Some(oldest) = self.open.pop_front().and_then(|seat| seat.upgrade()) {
                self.crowded.inc();
                oldest.closing.cancel();
            }
        }
        let seat = Arc::new(Seat { closing: CancellationToken::new() });
        self.open.push_back(Arc::downgrade(&seat));
        seat
    }
}

impl axum::serve::Listener for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.tcp.accept().await {
                Ok((stream, peer)) => {
                    self.complained = false;
                    self.kept_back.fill(&self.tcp);
                    return (Connection::new(stream, self), peer);
                }
                // the next try gets the descriptor that is closed here
                Err(error) if is_exhausted(&error) && self.kept_back.give_up() => {}
                Err(error) => {
                    if !std::mem::replace(&mut self.complained, true) {
                        tracing::error!(%error, "accept failed on the ops address; not logged again until one succeeds");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// Whether no descriptor is free.
fn is_exhausted(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].iter().any(|errno| Some(errno.raw_os_error()) == code)
}

/// State of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// An answer was sent, and nothing has arrived since.
    Nothing,
    /// A request has begun to arrive.
    Request,
    /// The peer reads no more of an answer.
    Answer,
}

/// A connection that closes by itself if its peer is slow.
pub(super) struct Connection {
    /// Present until it is dropped.
    stream: Option<TcpStream>,
    kept_back: KeptBack,
    limits: OpsLimits,
    doing: Doing,
    /// Time limit of the current activity.
    alarm: Pin<Box<Sleep>>,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    slow: IntCounter,
    _seat: Arc<Seat>,
}

impl Connection {
    fn new(stream: TcpStream, listener: &mut Listener) -> Self {
        let (seat, limits) = (listener.seat(), listener.limits);
        Self {
            stream: Some(stream),
            kept_back: listener.kept_back.clone(),
            limits,
            doing: Doing::Request,
            alarm: Box::pin(sleep(limits.request)),
            closing: Box::pin(seat.closing.clone().cancelled_owned()),
            slow: listener.slow.clone(),
            _seat: seat,
        }
    }

    fn poll_stream<T>(&mut self, poll: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &mut self.stream {
            Some(stream) => poll(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn begin(&mut self, doing: Doing) {
        if std::mem::replace(&mut self.doing, doing) != doing {
            let limit = if doing == Doing::Nothing { self.limits.idle } else { self.limits.request };
            self.alarm.as_mut().reset(Instant::now() + limit);
        }
    }

    /// The end of the connection, if it is due.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.closing.as_mut().poll(context).is_ready() {
            return Poll::Ready(io::ErrorKind::ConnectionAborted.into());
        }
        self.alarm.as_mut().poll(context).map(|()| {
            self.slow.inc();
            io::ErrorKind::TimedOut.into()
        })
    }

    /// Handles the result of a write.
    fn written(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(written) => {
                self.begin(Doing::Nothing);
                Poll::Ready(written)
            }
            Poll::Pending => {
                self.begin(Doing::Answer);
                self.poll_end(context).map(Err)
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take().and_then(|stream| stream.into_std().ok()) {
            // the peer may have done so before
            drop(stream.shutdown(Shutdown::Both));
            self.kept_back.put(stream.into());
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match self.poll_stream(|stream| stream.poll_read(context, buffer)) {
            Poll::Ready(read) => {
                if buffer.filled().len() > before {
                    self.begin(Doing::Request);
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_end(context).map(Err),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.poll_stream(|stream| stream.poll_write(context, bytes));
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.poll_stream(|stream| stream.poll_write_vectored(context, bytes));
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_stream(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_stream(|stream| stream.poll_shutdown(context))
    }
}

#[cfg(test)]
mod tests;
