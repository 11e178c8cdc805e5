//! Connections of the services: our own accept loop, and connections that can be cut on demand.
//!
//! `Server::run` of the framework installs signal handlers and takes half a minute to stop, which is too long for a
//! test or a process with several worlds.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use live_pack_idl::{
    Downstream,
    guard::{Guard, Limits, Observer, Refusal},
};
use tokio::{
    io::{AsyncWrite, Interest, Ready},
    net::{TcpListener, TcpStream, tcp},
    sync::Notify,
    task::JoinSet,
};
use volo::net::{Address, conn::OwnedReadHalf, ext::AsyncExt};
use volo_thrift::{EntryMessage, ServerError, codec::MakeCodec as _, context::ServerContext, tracing::DefaultProvider};

use crate::faults::Faults;

/// Pause after a failed accept, so that a lack of file descriptors does not cause a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Maximum message size, above that of a request with the maximum number of keys.
const LIMITS: Limits = Limits::of_message(1024 * 1024);

/// Counts nothing, since the guard logs its refusals.
#[derive(Debug)]
struct Unobserved;

impl Observer for Unobserved {
    fn refused(&self, _: &Refusal) {}
}

/// Gives a handler control over the connection of its call.
#[derive(Debug, Default)]
struct Wire {
    truncate: AtomicBool,
    resets: AtomicBool,
    reset: Notify,
}

tokio::task_local! {
    static WIRE: Arc<Wire>;
}

/// Resets the connection of this call; never returns if the call has a connection.
pub(crate) async fn reset() {
    let on_wire = WIRE.try_with(|wire| {
        wire.resets.store(true, Ordering::Release);
        wire.reset.notify_one();
    });
    if on_wire.is_ok() {
        std::future::pending::<()>().await;
    }
}

/// Truncates the answer of this call.
pub(crate) fn truncate_next() {
    let on_wire = WIRE.try_with(|wire| wire.truncate.store(true, Ordering::Release));
    if on_wire.is_err() {
        tracing::debug!("nothing to truncate: the call has no connection");
    }
}

/// Serves connections until it is dropped, which ends all of them.
pub(crate) async fn accept<S, Req>(listener: TcpListener, service: S, which: Downstream, faults: Arc<Faults>)
where
    S: volo::service::Service<ServerContext, Req, Error = ServerError> + Send + Sync + 'static,
    S::Response: EntryMessage + Send + Sync + 'static,
    Req: EntryMessage + Send + 'static,
{
    let service = Arc::new(service);
    let guard = Guard::server(which.table(), LIMITS, Arc::new(Unobserved));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if faults.refuses(which) => refuse(stream),
                Ok((stream, peer)) => {
                    let service = Arc::clone(&service);
                    connections.spawn(converse(stream, Address::from(peer), service, guard.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, service = which.name(), "accept failed");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

fn refuse(stream: TcpStream) {
    if let Err(error) = stream.set_zero_linger() {
        tracing::debug!(%error, "the connection is closed instead of reset");
    }
}

async fn converse<S, Req>(stream: TcpStream, peer: Address, service: Arc<S>, guard: Guard)
where
    S: volo::service::Service<ServerContext, Req, Error = ServerError> + Send + Sync + 'static,
    S::Response: EntryMessage + Send + Sync + 'static,
    Req: EntryMessage + Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection is already closed");
        return;
    }
    let wire = Arc::new(Wire::default());
    let (reader, half) = stream.into_split();
    let writer = Writer { half, wire: Arc::clone(&wire) };
    let (encoder, decoder) = guard.make_codec(OwnedReadHalf::Tcp(reader), writer);
    // Never notified: connections end by being dropped.
    let never = Notify::new();
    let serve = volo_thrift::transport::pingpong::serve(
        encoder,
        decoder,
        never.notified(),
        Arc::default(),
        service.as_ref(),
        Arc::from([]),
        Some(peer),
        DefaultProvider,
    );
    tokio::select! {
        () = WIRE.scope(Arc::clone(&wire), serve) => {}
        () = wire.reset.notified() => {}
    }
}

/// The sending half of a connection, which can stop in the middle of a message.
#[derive(Debug)]
struct Writer {
    half: tcp::OwnedWriteHalf,
    wire: Arc<Wire>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.wire.resets.load(Ordering::Acquire)
            && let Err(error) = self.half.as_ref().set_zero_linger()
        {
            tracing::debug!(%error, "the connection is closed instead of reset");
        }
    }
}

impl AsyncWrite for Writer {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if !self.wire.truncate.load(Ordering::Acquire) {
            return Pin::new(&mut self.half).poll_write(cx, bytes);
        }
        let (head, _) = bytes.split_at(bytes.len().div_ceil(2));
        ready!(Pin::new(&mut self.half).poll_write(cx, head))?;
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.wire.truncate.load(Ordering::Acquire) {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.poll_write(cx, first.map_or(&[], |slice| slice));
        }
        Pin::new(&mut self.half).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.half.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
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
