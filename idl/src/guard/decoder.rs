//! Reads messages from a connection, checks each, and passes the valid ones to volo's decoders.

use std::{io, sync::Arc};

use pilota::{
    Bytes, BytesMut, FastStr,
    thrift::{TMessageIdentifier, TMessageType, ThriftException},
};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use volo::context::Role;
use volo_thrift::{
    ApplicationException, ApplicationExceptionKind, EntryMessage, ProtocolBinary, ThriftMessage,
    codec::{
        Decoder,
        default::{
            ZeroCopyDecoder as _,
            framed::{DEFAULT_MAX_FRAME_SIZE, FramedDecoder, HasFramed},
            thrift::ThriftCodec,
            ttheader::{HasTTHeader, TTHeaderDecoder},
        },
    },
    context::ThriftContext,
};

use super::{
    GuardParts, Side,
    checked::Checked,
    envelope::{self, FIRST, Transport},
    message::{self, Seen, Undecodable},
    pool::{FREE, Share},
    refusal::{Kind, Refusal},
    walk::{Progress, Walk},
};

/// Initial buffer size: a typical request fits, and an idle connection costs no more.
const START: usize = FREE;

/// Decodes the messages of one connection.
pub struct GuardDecoder<R> {
    reader: R,
    buffer: BytesMut,
    /// Held from the first byte of a message until it has been answered, that is until the next one is read.
    share: Share,
    parts: Arc<GuardParts>,
    stock: TTHeaderDecoder<FramedDecoder<ThriftCodec>>,
}

/// Reasons that there is no next message.
enum End {
    /// The peer has closed the connection between two messages.
    Closed,
    Undecodable(Undecodable),
    Failed(ThriftException),
}

impl From<Undecodable> for End {
    fn from(fault: Undecodable) -> Self {
        Self::Undecodable(fault)
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Undecodable(refusal.into())
    }
}

impl<R: AsyncRead + Unpin + Send + Sync + 'static> Decoder for GuardDecoder<R> {
    async fn decode<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
    ) -> Result<Option<ThriftMessage<Msg>>, ThriftException> {
        match self.next(cx).await? {
            Some(message) => self.open(cx, message),
            None => Ok(None),
        }
    }

    /// A connection with unexpected bytes must not be used for another call: they would be taken for its answer.
    async fn is_closed(&self) -> bool {
        !self.buffer.is_empty()
    }
}

impl<R: AsyncRead + Unpin + Send + Sync + 'static> GuardDecoder<R> {
    pub(super) fn new(reader: R, parts: Arc<GuardParts>) -> Self {
        let stock = TTHeaderDecoder::new(FramedDecoder::new(ThriftCodec::default(), DEFAULT_MAX_FRAME_SIZE));
        let share = Share::new(parts.pool.clone());
        Self { reader, buffer: BytesMut::new(), share, parts, stock }
    }

    /// The source of the bytes.
    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// Waits for a message and checks it; `None` when the peer has closed the connection between two messages.
    ///
    /// # Errors
    /// The message breaks a rule, or cannot be read. The connection cannot be used any more.
    pub async fn next<Cx: ThriftContext>(&mut self, cx: &mut Cx) -> Result<Option<Checked>, ThriftException> {
        match self.frame(cx).await {
            Ok(bytes) => Ok(Some(Checked(bytes))),
            Err(End::Closed) => Ok(None),
            Err(End::Failed(error)) => Err(error),
            Err(End::Undecodable(fault)) => Err(self.exception(fault)),
        }
    }

    /// Decodes a message that [`next`](Self::next) has checked.
    ///
    /// # Errors
    /// The decoder refuses it, for which no cause is known; counted as [`Kind::Decoder`].
    pub fn open<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
        Checked(mut bytes): Checked,
    ) -> Result<Option<ThriftMessage<Msg>>, ThriftException> {
        cx.stats_mut().set_read_size(bytes.len());
        self.stock.decode(cx, &mut bytes).inspect_err(|_| {
            self.parts.note(&Refusal::of_message(Kind::Decoder, "passed the guard and was refused by the decoder"));
        })
    }

    /// The next message, checked, with its length prefix.
    async fn frame<Cx: ThriftContext>(&mut self, cx: &mut Cx) -> Result<Bytes, End> {
        self.settle()?;
        if self.buffer.is_empty() && self.read(START).await? == 0 {
            return Err(End::Closed);
        }
        self.fill(FIRST, START).await?;
        let first = self.buffer.first_chunk().copied().unwrap_or_default();
        if Transport::of(&first)? == Transport::Buffered {
            // boxed: a walk that waits for bytes is large, and most connections are not buffered
            return Box::pin(self.buffered(cx)).await;
        }
        let [b1, b2, b3, b4, ..] = first;
        let length = u32::from_be_bytes([b1, b2, b3, b4]) as usize;
        let method = self.method(cx);
        if let Err(end) = self.whole(length).await {
            // A peer that is refused before a check should still be able to read the reason.
            let mut seen = Seen::default();
            let _ = message::check(self.parts.service, method.side(), &self.parts.limits, &self.buffer, &mut seen);
            remember(cx, &seen);
            return Err(end);
        }
        let mut frame = self.take(4 + length);
        let mut seen = Seen::default();
        match message::check(self.parts.service, method.side(), &self.parts.limits, &frame, &mut seen) {
            Ok(()) => {
                message::cut_header(self.parts.service, method.side(), &mut frame);
                Ok(frame.freeze())
            }
            Err(fault) => {
                remember(cx, &seen);
                Err(fault.into())
            }
        }
    }

    /// Waits for all bytes of a message of this length.
    async fn whole(&mut self, length: usize) -> Result<(), End> {
        if length > self.parts.limits.message {
            let rule = format!("may be {} bytes long, not {length}", self.parts.limits.message);
            return Err(Refusal::of_message(Kind::Length, rule).into());
        }
        self.fill(4 + length, 4 + length).await
    }

    /// The last message is answered: returns its share of the pool, and separates bytes of the next message from its
    /// buffer.
    fn settle(&mut self) -> Result<(), Refusal> {
        if self.share.held() > 0 {
            self.buffer = BytesMut::from(&*self.buffer);
            self.share.hold(self.buffer.len())?;
        }
        Ok(())
    }

    /// A message without a length prefix: walked as it arrives.
    async fn buffered<Cx: ThriftContext>(&mut self, cx: &mut Cx) -> Result<Bytes, End> {
        let method = self.method(cx);
        let limit = self.parts.limits.message;
        let mut walk = loop {
            let mut seen = Seen::default();
            let known = match envelope::head(&self.buffer, 0)? {
                None => None,
                Some(head) => {
                    seen.head = Some(head);
                    remember(cx, &seen);
                    let of = message::of(self.parts.service, method.side(), &head)?;
                    Some(Walk::open(of, head.body, limit, &self.parts.limits))
                }
            };
            match known {
                Some(walk) => break walk,
                None => self.fill(self.buffer.len() + 1, limit).await?,
            }
        };
        loop {
            match walk.go(&self.buffer)? {
                Progress::Done(end) => return Ok(self.take(end).freeze()),
                Progress::Needs(length) => self.fill(length, limit).await?,
            }
        }
    }

    /// Reads until there are `length` bytes, with room for `most` at most.
    async fn fill(&mut self, length: usize, most: usize) -> Result<(), End> {
        while self.buffer.len() < length {
            // No more than has arrived already: an announced length alone gets no memory.
            let missing = most.max(length) - self.buffer.len();
            if self.read(missing.min(self.buffer.len().max(START))).await? > 0 {
                continue;
            }
            // also the end of a peer that died: a cut-off message is not a fault of its writer
            return Err(End::Failed(io::Error::from(io::ErrorKind::UnexpectedEof).into()));
        }
        Ok(())
    }

    /// Reads once, with room for `room` bytes at least. 0 is the end.
    async fn read(&mut self, room: usize) -> Result<usize, End> {
        if !self.buffer.try_reclaim(room) {
            let size = START.max(self.buffer.len() + room);
            self.share.hold(size)?;
            let mut grown = BytesMut::with_capacity(size);
            grown.extend_from_slice(&self.buffer);
            self.buffer = grown;
        }
        self.reader.read_buf(&mut self.buffer).await.map_err(|error| End::Failed(error.into()))
    }

    /// Takes a message off the buffer, and the buffer with it if it had to grow.
    fn take(&mut self, length: usize) -> BytesMut {
        let message = self.buffer.split_to(length);
        if self.buffer.is_empty() && self.share.held() > 0 {
            self.buffer = BytesMut::new();
        }
        message
    }

    /// The expected message: a call, or the answer to the call of this context.
    fn method<Cx: ThriftContext>(&self, cx: &Cx) -> Awaited {
        let client = !self.parts.server && cx.rpc_info().role() == Role::Client;
        Awaited(client.then(|| cx.rpc_info().method().clone()))
    }

    /// The exception for the user of the codec. Counts the fault.
    fn exception(&self, fault: Undecodable) -> ThriftException {
        match fault {
            Undecodable::Refused(refusal) => {
                self.parts.note(&refusal);
                (&refusal).into()
            }
            Undecodable::UnknownMethod(name) => {
                ApplicationException::new(ApplicationExceptionKind::UNKNOWN_METHOD, format!("unknown method {name}"))
                    .into()
            }
        }
    }
}

/// The method whose answer is awaited, or none for a server.
struct Awaited(Option<FastStr>);

impl Awaited {
    fn side(&self) -> Side<'_> {
        self.0.as_deref().map_or(Side::Server, Side::Client)
    }
}

/// Stores the form that an answer to a refused message must have.
fn remember<Cx: ThriftContext>(cx: &mut Cx, seen: &Seen<'_>) {
    if seen.header {
        cx.extensions_mut().insert(HasTTHeader);
    }
    if seen.framed {
        cx.extensions_mut().insert(HasFramed);
    }
    cx.extensions_mut().insert(ProtocolBinary);
    if let Some(head) = seen.head {
        let name = FastStr::new(head.name);
        cx.handle_decoded_msg_ident(&TMessageIdentifier::new(name, TMessageType::Call, head.sequence));
    }
}
