//! The two halves of a connection, with two additions to volo's transport: time limits on a silent peer, and a close
//! between two messages.
//!
//! The halves share one bit: whether the peer owes the rest of a message. A read that brings bytes sets it, a finished
//! answer clears it. While it is clear the connection is idle: the idle limit holds and a drain ends it. While it is set
//! the message limit holds, and a drain waits. (A connection counts as idle even if half of a second message arrived
//! before the answer to the first; only callers that pipeline do that.)
//!
//! A drain ends an idle connection depending on its transport. A caller over TTHeader can be told in the next answer to
//! reconnect elsewhere, and so loses nothing: the drain waits for its next message. The connections of other callers are
//! closed, each at a different time, so that ten thousand callers do not reconnect at once.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use prometheus::IntCounter;
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready},
    time::{Instant, Sleep, sleep_until, timeout},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use volo::net::ext::AsyncExt;

use super::{
    ServerOptions,
    stream::{ReadHalf, Socket, WriteHalf},
};
use crate::pack_service::peer::Peer;

/// Time limits on a silent peer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest time between two messages.
    pub idle: Duration,
    /// Longest time from the first byte of a message to its last, and for a peer that reads no bytes of an answer.
    pub message: Duration,
    /// Time over which a drain closes the idle connections of callers that cannot be told.
    pub spread: Duration,
    /// Time for which a drain waits for the next message of a caller that can be told to go elsewhere.
    pub patience: Duration,
}

impl Limits {
    /// The limits derived from the options of the server: half of the drain for callers that can be told, a quarter,
    /// and at most a second, for the others.
    #[must_use]
    pub fn of(options: &ServerOptions) -> Self {
        Self {
            idle: options.idle_timeout,
            message: options.message_timeout,
            spread: (options.drain_limit / 4).min(Duration::from_secs(1)),
            patience: options.drain_limit / 2,
        }
    }
}

/// The first bytes of a TTHeader, after the length.
const TT_HEADER: [u8; 2] = [0x10, 0x00];

/// Splits a connection. Once `closing` is cancelled, the reader ends as soon as the connection is idle.
pub fn split(
    (read, write): (ReadHalf, WriteHalf),
    peer: Arc<Peer>,
    limits: Limits,
    closing: CancellationToken,
    timed_out: IntCounter,
) -> (Reader, Writer) {
    let mid_message = Arc::new(AtomicBool::new(false));
    let now = Instant::now();
    let reader = Reader {
        half: read,
        peer,
        limits,
        mid_message: mid_message.clone(),
        since: now,
        alarm: Box::pin(sleep_until(now + limits.idle)),
        closing: Closing::Open(Box::pin(closing.cancelled_owned())),
        can_be_told: false,
        timed_out: timed_out.clone(),
    };
    let writer = Writer { half: write, limit: limits.message, mid_message, alarm: None, timed_out };
    (reader, writer)
}

/// The half that reads requests.
pub struct Reader {
    half: ReadHalf,
    peer: Arc<Peer>,
    limits: Limits,
    mid_message: Arc<AtomicBool>,
    /// Start of the silence, or of the current message.
    since: Instant,
    alarm: Pin<Box<Sleep>>,
    closing: Closing,
    /// Whether the peer speaks TTHeader.
    can_be_told: bool,
    timed_out: IntCounter,
}

/// Whether the connection is to end.
enum Closing {
    Open(Pin<Box<WaitForCancellationFutureOwned>>),
    /// A drain has begun.
    At(Instant),
}

impl Reader {
    /// The other end of the connection.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Whether [`answer`](Self::answer) is possible: under TLS only the writer can write.
    pub fn can_answer(&self) -> bool {
        Socket::of(&self.half).is_some()
    }

    /// Sends an answer to the message that was just read, past the writer, which has nothing to send meanwhile.
    ///
    /// # Errors
    /// The peer has gone, or reads no bytes for too long.
    pub async fn answer(&self, answer: &[u8]) -> io::Result<()> {
        let Some(socket) = Socket::of(&self.half) else { return Err(io::ErrorKind::Unsupported.into()) };
        match socket.try_write(answer) {
            Ok(sent) if sent == answer.len() => {}
            Ok(sent) => Box::pin(self.send(&socket, answer.get(sent..).unwrap_or_default())).await?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Box::pin(self.send(&socket, answer)).await?,
            Err(error) => return Err(error),
        }
        self.mid_message.store(false, Ordering::Release);
        Ok(())
    }

    /// Sends all of it, waiting for the peer as often as necessary.
    async fn send(&self, socket: &Socket<'_>, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if timeout(self.limits.message, socket.writable()).await.is_err() {
                self.timed_out.inc();
                return Err(takes_nothing());
            }
            match socket.try_write(bytes) {
                Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether the wait for bytes has ended without any: by a limit, or by a drain while idle.
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mid_message = self.mid_message.load(Ordering::Acquire);
        let due = if mid_message { self.since + self.limits.message } else { self.idle_until(cx) };
        // Reset only if it has fired too early or would fire too late: a busy connection seldom touches the timer.
        if self.alarm.deadline() > due {
            self.alarm.as_mut().reset(due);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= due {
                if matches!(self.closing, Closing::Open(_)) || mid_message {
                    self.timed_out.inc();
                }
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(due);
        }
        Poll::Pending
    }

    /// Time at which an idle connection ends if nothing arrives.
    fn idle_until(&mut self, cx: &mut Context<'_>) -> Instant {
        let idle = self.since + self.limits.idle;
        if let Closing::Open(asked) = &mut self.closing
            && asked.as_mut().poll(cx).is_ready()
        {
            let wait = if self.can_be_told { self.limits.patience } else { share_of(self.limits.spread) };
            self.closing = Closing::At(Instant::now() + wait);
        }
        match self.closing {
            Closing::At(at) => at.min(idle),
            Closing::Open(_) => idle,
        }
    }
}

/// A part of `spread`, different each time and evenly distributed: multiples of the golden ratio.
fn share_of(spread: Duration) -> Duration {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let turn = TURN.fetch_add(0x9E37_79B9, Ordering::Relaxed);
    spread.mul_f64(f64::from(turn) / f64::from(u32::MAX))
}

impl AsyncRead for Reader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.half).poll_read(cx, buf) {
            if buf.filled().len() > before && !this.mid_message.swap(true, Ordering::AcqRel) {
                this.since = Instant::now();
                this.can_be_told = buf.filled().get(before + 4..before + 6) == Some(&TT_HEADER);
            }
            return Poll::Ready(read);
        }
        // End of file: ignored between two messages, otherwise a broken message. Both only close this connection.
        this.poll_over(cx).map(Ok)
    }
}

impl AsyncExt for Reader {
    /// Only the pools of clients call this.
    async fn ready(&self, _interest: Interest) -> io::Result<Ready> {
        Ok(Ready::ALL)
    }
}

/// The half that writes answers.
pub struct Writer {
    half: WriteHalf,
    limit: Duration,
    mid_message: Arc<AtomicBool>,
    /// Created when a peer first reads no bytes, which most never do.
    alarm: Option<Pin<Box<Sleep>>>,
    timed_out: IntCounter,
}

impl Writer {
    /// Forwards a write, and fails it if the peer has read nothing for too long.
    fn bound<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.alarm = None;
            return written;
        }
        let due = Instant::now() + self.limit;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if alarm.as_mut().poll(cx).is_ready() {
            self.timed_out.inc();
            return Poll::Ready(Err(takes_nothing()));
        }
        Poll::Pending
    }
}

/// An error of a kind that volo takes for a closed peer, and does not log as an error.
fn takes_nothing() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the peer takes no bytes")
}

impl AsyncWrite for Writer {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.half).poll_write(cx, buf);
        self.bound(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.half).poll_write_vectored(cx, bufs);
        self.bound(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.half.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The encoder flushes once per answer: afterwards there is silence until the next message begins.
        self.mid_message.store(false, Ordering::Release);
        Pin::new(&mut self.half).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.half).poll_shutdown(cx)
    }
}

impl AsyncExt for Writer {
    /// Only the pools of clients call this.
    async fn ready(&self, _interest: Interest) -> io::Result<Ready> {
        Ok(Ready::ALL)
    }
}
