//! Writes messages with volo's encoders, from a buffer that starts small and does not stay large.

use pilota::{LinkedBytes, thrift::ThriftException};
use tokio::io::{AsyncWrite, AsyncWriteExt as _, Interest};
use volo::net::ext::AsyncExt;
use volo_thrift::{
    EntryMessage, ThriftMessage,
    codec::{
        Encoder,
        default::{
            ZeroCopyEncoder as _,
            framed::{DEFAULT_MAX_FRAME_SIZE, FramedEncoder},
            thrift::ThriftCodec,
            ttheader::TTHeaderEncoder,
        },
    },
    context::ThriftContext,
};

/// What an idle connection keeps.
const START: usize = 512;

/// A buffer that a message has made larger than this is not kept for the next.
const KEPT: usize = 8 * 1024;

/// Encodes the messages of one connection.
pub struct GuardEncoder<W> {
    writer: W,
    bytes: LinkedBytes,
    stock: TTHeaderEncoder<FramedEncoder<ThriftCodec>>,
}

impl<W> GuardEncoder<W> {
    pub(super) fn new(writer: W) -> Self {
        let stock = TTHeaderEncoder::new(FramedEncoder::new(ThriftCodec::default(), DEFAULT_MAX_FRAME_SIZE));
        Self { writer, bytes: LinkedBytes::with_capacity(START), stock }
    }

    /// Writes a message to the buffer.
    fn write<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
        message: ThriftMessage<Msg>,
    ) -> Result<(), ThriftException> {
        // An encoding that failed or was dropped half-way has left its bytes.
        self.bytes.reset();
        let (size, copied) = self.stock.size(cx, &message)?;
        cx.stats_mut().set_write_size(size);
        self.bytes.reserve(copied);
        self.stock.encode(cx, &mut self.bytes, message)
    }
}

impl<W: AsyncWrite + AsyncExt + Unpin + Send + Sync + 'static> Encoder for GuardEncoder<W> {
    // Not an async fn: that would keep the whole message in its future, and every idle connection the room for it.
    fn encode<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
        message: ThriftMessage<Msg>,
    ) -> impl Future<Output = Result<(), ThriftException>> + Send {
        let written = self.write(cx, message);
        async move {
            written?;
            self.bytes.write_all_vectored(&mut self.writer).await?;
            self.writer.flush().await?;
            // Lets go of the strings of the message.
            self.bytes.reset();
            if self.bytes.bytes().capacity() > KEPT {
                self.bytes = LinkedBytes::with_capacity(START);
            }
            Ok(())
        }
    }

    async fn is_closed(&self) -> bool {
        let ready = self.writer.ready(Interest::READABLE | Interest::WRITABLE).await;
        ready.map_or(true, |ready| ready.is_read_closed() || ready.is_write_closed())
    }
}
