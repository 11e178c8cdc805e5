//! Writes messages with volo's encoders, from a buffer that starts small and is shrunk again.

use std::{io, sync::Arc};

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

use super::{
    GuardParts,
    pool::{FREE, Share},
};

/// Initial buffer size, and the size kept between two messages. A connection that has not sent any has no buffer.
const START: usize = 512;

/// Encodes the messages of one connection.
pub struct GuardEncoder<W> {
    writer: W,
    bytes: Option<LinkedBytes>,
    parts: Arc<GuardParts>,
    /// Held until the peer has taken the message.
    share: Share,
    stock: TTHeaderEncoder<FramedEncoder<ThriftCodec>>,
}

impl<W> GuardEncoder<W> {
    pub(super) fn new(writer: W, parts: Arc<GuardParts>) -> Self {
        let share = Share::new(parts.pool.clone());
        let stock = TTHeaderEncoder::new(FramedEncoder::new(ThriftCodec::default(), DEFAULT_MAX_FRAME_SIZE));
        Self { writer, bytes: None, parts, share, stock }
    }

    /// Writes a message to the buffer.
    fn write<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
        message: ThriftMessage<Msg>,
    ) -> Result<(), ThriftException> {
        let bytes = self.bytes.get_or_insert_with(|| LinkedBytes::with_capacity(START));
        // An encoding that failed or was cancelled has left its bytes.
        bytes.reset();
        let (size, copied) = self.stock.size(cx, &message)?;
        self.share.hold(size).map_err(|refusal| {
            self.parts.note(&refusal);
            // no exception could tell the peer: this connection still owes it an answer
            io::Error::from(io::ErrorKind::ConnectionAborted)
        })?;
        cx.stats_mut().set_write_size(size);
        bytes.reserve(copied);
        self.stock.encode(cx, bytes, message)
    }
}

impl<W: AsyncWrite + AsyncExt + Unpin + Send + Sync + 'static> Encoder for GuardEncoder<W> {
    // Not an async fn: that would keep the whole message in its future, and reserve its room for every idle connection.
    fn encode<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
        message: ThriftMessage<Msg>,
    ) -> impl Future<Output = Result<(), ThriftException>> + Send {
        let written = self.write(cx, message);
        async move {
            written?;
            if let Some(bytes) = &mut self.bytes {
                bytes.write_all_vectored(&mut self.writer).await?;
                self.writer.flush().await?;
                // Releases the strings of the message.
                bytes.reset();
                if bytes.bytes().capacity() > FREE {
                    self.bytes = None;
                }
            }
            self.share.release();
            Ok(())
        }
    }

    async fn is_closed(&self) -> bool {
        let ready = self.writer.ready(Interest::READABLE | Interest::WRITABLE).await;
        ready.map_or(true, |ready| ready.is_read_closed() || ready.is_write_closed())
    }
}
