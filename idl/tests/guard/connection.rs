//! The real codec on a connection within the process.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use live_pack_idl::guard::{Guard, Kind, Observer, Refusal};
use metainfo::{METAINFO, MetaInfo};
use tokio::io::{AsyncWrite, DuplexStream, Interest, ReadHalf, Ready, WriteHalf};
use volo::net::ext::AsyncExt;
use volo_thrift::codec::MakeCodec as _;

/// The decoder and the encoder of a connection.
pub(crate) type Codec =
    (live_pack_idl::guard::GuardEncoder<Writer>, live_pack_idl::guard::GuardDecoder<ReadHalf<DuplexStream>>);

/// The sending half of a connection within the process.
pub(crate) struct Writer(WriteHalf<DuplexStream>);

impl AsyncWrite for Writer {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl AsyncExt for Writer {
    async fn ready(&self, _: Interest) -> io::Result<Ready> {
        Ok(Ready::EMPTY)
    }
}

/// One end of a connection that holds so many bytes on their way, and the codec at the other.
pub(crate) fn open(guard: &Guard, bytes: usize) -> (DuplexStream, Codec) {
    let (ours, theirs) = tokio::io::duplex(bytes);
    let (reader, writer) = tokio::io::split(theirs);
    (ours, guard.make_codec(reader, Writer(writer)))
}

/// Remembers what was refused.
#[derive(Default)]
pub(crate) struct Refused(Mutex<Vec<Kind>>);

impl Refused {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.0.lock().unwrap().clone()
    }
}

impl Observer for Refused {
    fn refused(&self, refusal: &Refusal) {
        self.0.lock().unwrap().push(refusal.kind);
    }
}

/// Runs it as volo runs what serves a connection.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(METAINFO.scope(RefCell::new(MetaInfo::default()), future))
}
