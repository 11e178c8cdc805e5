//! A connection that is made when the first bytes are written.
//!
//! volo's pool (`volo_thrift::transport::pool`, 0.12) lets a call that finds no idle connection wait for whichever comes
//! first: its own new connection, or one that another call returns. Two things go wrong there:
//!
//! - A new connection whose call took another one is closed, not kept: the pool never grows to the number of concurrent
//!   calls, and connections are made again and again.
//! - A waiting call that ends before it has received its connection removes a waiter by number. The numbers restart at 0
//!   whenever the list of waiters was empty, so it may remove the waiter of another call, which then fails with
//!   `wait a idle connection error: RecvError`.
//!
//! With these halves [`MakeTransport`](volo::net::dial::MakeTransport) never waits, so no call waits in the pool: it
//! takes an idle connection, or connects while it writes.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready},
    sync::oneshot,
};
use volo::net::{
    conn::{OwnedReadHalf, OwnedWriteHalf},
    ext::AsyncExt,
};

type Halves = (OwnedReadHalf, OwnedWriteHalf);

type Connecting = Pin<Box<dyn Future<Output = io::Result<Halves>> + Send>>;

/// The half that is read. Nothing arrives before the other half was written to.
pub(in crate::rpc) struct LazyReader(Reader);

enum Reader {
    Open(OwnedReadHalf),
    Awaited(oneshot::Receiver<OwnedReadHalf>),
}

/// The half that is written to. Its first write connects.
pub(in crate::rpc) struct LazyWriter(Writer);

enum Writer {
    Open(OwnedWriteHalf),
    Connecting {
        // std mutex: never locked, it only makes the future `Sync`
        connecting: Mutex<Connecting>,
        reader: Option<oneshot::Sender<OwnedReadHalf>>,
    },
}

/// The halves of an established connection.
pub(super) fn open((read, write): Halves) -> (LazyReader, LazyWriter) {
    (LazyReader(Reader::Open(read)), LazyWriter(Writer::Open(write)))
}

/// The halves of a connection that `connecting` will make.
pub(super) fn later(connecting: impl Future<Output = io::Result<Halves>> + Send + 'static) -> (LazyReader, LazyWriter) {
    let (to_reader, reader) = oneshot::channel();
    let connecting = Mutex::new(Box::pin(connecting) as Connecting);
    (LazyReader(Reader::Awaited(reader)), LazyWriter(Writer::Connecting { connecting, reader: Some(to_reader) }))
}

fn not_connected() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

impl LazyReader {
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut OwnedReadHalf>>> {
        if let Reader::Awaited(half) = &mut self.0 {
            self.0 = Reader::Open(ready!(Pin::new(half).poll(cx)).map_err(|_| not_connected())?);
        }
        match &mut self.0 {
            Reader::Open(half) => Poll::Ready(Ok(Pin::new(half))),
            Reader::Awaited(_) => Poll::Pending,
        }
    }
}

impl AsyncRead for LazyReader {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.get_mut().poll_open(cx))?.poll_read(cx, into)
    }
}

impl LazyWriter {
    /// Connects first. After a failure the connection is useless: its error is returned once.
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut OwnedWriteHalf>>> {
        if let Writer::Connecting { connecting, reader } = &mut self.0 {
            let Some(to_reader) = reader.take() else { return Poll::Ready(Err(not_connected())) };
            let polled = connecting.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx);
            let Poll::Ready(made) = polled else {
                *reader = Some(to_reader);
                return Poll::Pending;
            };
            let (read, write) = made?;
            // a reader that is gone needs no half
            drop(to_reader.send(read));
            self.0 = Writer::Open(write);
        }
        match &mut self.0 {
            Writer::Open(half) => Poll::Ready(Ok(Pin::new(half))),
            Writer::Connecting { .. } => Poll::Pending,
        }
    }
}

impl AsyncWrite for LazyWriter {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.get_mut().poll_open(cx))?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.get_mut().poll_open(cx))?.poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Writer::Open(half) => Pin::new(half).poll_flush(cx),
            Writer::Connecting { .. } => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Writer::Open(half) => Pin::new(half).poll_shutdown(cx),
            Writer::Connecting { .. } => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncExt for LazyWriter {
    async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        match &self.0 {
            Writer::Open(half) => half.ready(interest).await,
            Writer::Connecting { .. } => Err(not_connected()),
        }
    }
}
