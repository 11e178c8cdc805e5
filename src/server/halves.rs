//! The two halves of a connection, with what volo's transport lacks: limits on silence, and an end between two messages.
//!
//! The halves share one bit: whether the peer owes the rest of a message. A read that brings bytes sets it, a finished
//! answer clears it. While it is clear the connection is idle: the idle limit holds and a drain ends it. While it is set
//! the message limit holds, and a drain waits. (A second message that was half sent before the answer to the first is
//! taken for idleness; only callers that pipeline do that.)

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use prometheus::IntCounter;
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use volo::net::ext::AsyncExt;

use super::connection::Limits;

/// Splits a connection. The reader ends when `closing` is cancelled while the connection is idle.
pub fn split(stream: TcpStream, limits: Limits, closing: CancellationToken, timed_out: IntCounter) -> (Reader, Writer) {
    let (read, write) = stream.into_split();
    let mid_message = Arc::new(AtomicBool::new(false));
    let now = Instant::now();
    let reader = Reader {
        half: read,
        limits,
        mid_message: mid_message.clone(),
        since: now,
        alarm: Box::pin(sleep_until(now + limits.idle)),
        closing: Box::pin(closing.cancelled_owned()),
        timed_out: timed_out.clone(),
    };
    let writer = Writer { half: write, limit: limits.message, mid_message, alarm: None, timed_out };
    (reader, writer)
}

/// The half that requests come from.
pub struct Reader {
    half: OwnedReadHalf,
    limits: Limits,
    mid_message: Arc<AtomicBool>,
    /// When the silence, or the message in hand, began.
    since: Instant,
    alarm: Pin<Box<Sleep>>,
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    timed_out: IntCounter,
}

impl Reader {
    /// Whether the wait for bytes is over without any: by a limit, or by a drain while idle.
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mid_message = self.mid_message.load(Ordering::Acquire);
        if !mid_message && self.closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let due = self.since + if mid_message { self.limits.message } else { self.limits.idle };
        // Moved only when it rings too early or would ring too late: a busy connection seldom touches the timer.
        if self.alarm.deadline() > due {
            self.alarm.as_mut().reset(due);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= due {
                self.timed_out.inc();
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(due);
        }
        Poll::Pending
    }
}

impl AsyncRead for Reader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.half).poll_read(cx, buf) {
            if buf.filled().len() > before && !this.mid_message.swap(true, Ordering::AcqRel) {
                this.since = Instant::now();
            }
            return Poll::Ready(read);
        }
        // An end of file: silent between two messages, a broken message otherwise. Both only close this connection.
        this.poll_over(cx).map(Ok)
    }
}

impl AsyncExt for Reader {
    async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.half.ready(interest).await
    }
}

/// The half that answers go to.
pub struct Writer {
    half: OwnedWriteHalf,
    limit: Duration,
    mid_message: Arc<AtomicBool>,
    /// Made when a peer first takes no bytes, which most never do.
    alarm: Option<Pin<Box<Sleep>>>,
    timed_out: IntCounter,
}

impl Writer {
    /// Passes a write on, and fails it when the peer has taken nothing for too long.
    fn bound<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.alarm = None;
            return written;
        }
        let due = Instant::now() + self.limit;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if alarm.as_mut().poll(cx).is_ready() {
            self.timed_out.inc();
            // A kind that volo takes for a peer that has gone, and does not log as an error.
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the peer takes no bytes")));
        }
        Poll::Pending
    }
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
        // The encoder flushes once an answer: what follows is silence until the next message begins.
        self.mid_message.store(false, Ordering::Release);
        Pin::new(&mut self.half).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.half).poll_shutdown(cx)
    }
}

impl AsyncExt for Writer {
    async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.half.ready(interest).await
    }
}
