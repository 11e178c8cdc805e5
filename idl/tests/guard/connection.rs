//! The real codec on a connection within the process.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use live_pack_idl::{
    guard::{Guard, GuardDecoder, GuardEncoder, Kind, Observer, Refusal},
    live_pack::{
        GetLiveBagDataResponse, LivePackServiceGetLiveBagDataResultSend, LivePackServiceRequestRecv,
        LivePackServiceResponseSend,
    },
};
use metainfo::{METAINFO, MetaInfo};
use tokio::{
    io::{AsyncWrite, DuplexStream, Interest, ReadHalf, Ready, WriteHalf},
    sync::Notify,
};
use volo::{net::ext::AsyncExt, service::Service};
use volo_thrift::{
    ServerError, codec::MakeCodec as _, context::ServerContext, tracing::DefaultProvider, transport::pingpong,
};

/// The decoder and the encoder of a connection.
pub(crate) type Codec = (GuardEncoder<Writer>, GuardDecoder<ReadHalf<DuplexStream>>);

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

/// One end of a connection with a buffer of `bytes`, and the codec at the other end.
pub(crate) fn open(guard: &Guard, bytes: usize) -> (DuplexStream, Codec) {
    let (ours, theirs) = tokio::io::duplex(bytes);
    let (reader, writer) = tokio::io::split(theirs);
    (ours, guard.make_codec(reader, Writer(writer)))
}

/// Collects refusals.
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

/// Runs a future as volo runs a connection.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(METAINFO.scope(RefCell::new(MetaInfo::default()), future))
}

/// Answers every call with a text of this many bytes.
struct Answers(usize);

impl Service<ServerContext, LivePackServiceRequestRecv> for Answers {
    type Response = LivePackServiceResponseSend;
    type Error = ServerError;

    async fn call(
        &self,
        _: &mut ServerContext,
        _: LivePackServiceRequestRecv,
    ) -> Result<LivePackServiceResponseSend, ServerError> {
        let empty_text = "x".repeat(self.0).into();
        let response = GetLiveBagDataResponse { empty_text, ..Default::default() };
        Ok(LivePackServiceResponseSend::GetLiveBagData(LivePackServiceGetLiveBagDataResultSend::Ok(response)))
    }
}

/// One end of a connection with a buffer of `bytes`, and volo's loop at the other end, which answers every call with a
/// text of `answer` bytes until the connection ends.
pub(crate) fn serve(
    guard: &Guard,
    bytes: usize,
    answer: usize,
) -> (DuplexStream, impl Future<Output = ()> + Send + use<>) {
    let (peer, (encoder, decoder)) = open(guard, bytes);
    let serving = async move {
        let never = Notify::new();
        let (exit, service) = (Arc::default(), Answers(answer));
        pingpong::serve(encoder, decoder, never.notified(), exit, &service, Arc::default(), None, DefaultProvider)
            .await;
    };
    (peer, serving)
}
