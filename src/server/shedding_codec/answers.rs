//! Prepared answers for requests that are refused before they are decoded.

use std::cell::RefCell;

use metainfo::{METAINFO, MetaInfo};
use pilota::{
    LinkedBytes,
    thrift::{TMessageIdentifier, TMessageType, ThriftException},
};
use volo::{FastStr, context::Context as _};
use volo_thrift::{
    ProtocolBinary, ThriftMessage,
    codec::default::{
        ZeroCopyEncoder as _,
        framed::{DEFAULT_MAX_FRAME_SIZE, FramedEncoder, HasFramed},
        thrift::ThriftCodec,
        ttheader::{HasTTHeader, TTHeaderEncoder},
    },
    context::{ServerContext, ThriftContext as _},
};

use live_pack_admission::Refusal;
use live_pack_idl::{Method, guard::Call, methods};

/// Offset of the sequence number in a TTHeader.
const HEADER_SEQUENCE: usize = 8;

/// The forms of an answer, as bits of an index.
const FRAMED: usize = 1;
const HEADER: usize = 2;

/// One answer per method and form: plain, framed, behind a TTHeader, both.
pub(super) struct Answers([[Template; 4]; Method::ALL.len()]);

/// An answer without its sequence number.
struct Template {
    bytes: Vec<u8>,
    /// Offset of the sequence number.
    sequence: usize,
}

impl Answers {
    /// The answers for `refusal`, encoded by the server's own encoder.
    pub(super) fn of(refusal: &Refusal) -> Self {
        Self(Method::ALL.map(|method| {
            // If the encoder failed, which it never does, the layers would answer the request instead.
            let of = |way: usize| encode(method, refusal, way).unwrap_or_default();
            let message = of(0).len();
            std::array::from_fn(of).map(|bytes| {
                // In the message: version and type, the length of the name, the name.
                let sequence = bytes.len().saturating_sub(message) + 8 + method.name().len();
                Template { bytes, sequence }
            })
        }))
    }

    /// The answer to this call of `method`.
    pub(super) fn to(&self, call: &Call<'_>, method: Method) -> Option<Vec<u8>> {
        let way = usize::from(call.framed) * FRAMED + usize::from(call.header) * HEADER;
        let template = self.0.get(method.index())?.get(way)?;
        let mut bytes = template.bytes.clone();
        let sequence = call.sequence.to_be_bytes();
        *bytes.get_mut(template.sequence..)?.first_chunk_mut()? = sequence;
        if call.header {
            *bytes.get_mut(HEADER_SEQUENCE..)?.first_chunk_mut()? = sequence;
        }
        Some(bytes)
    }
}

/// An answer as the encoder of a connection writes it, for sequence number 0.
fn encode(method: Method, refusal: &Refusal, way: usize) -> Result<Vec<u8>, ThriftException> {
    let mut cx = ServerContext::default();
    cx.extensions_mut().insert(ProtocolBinary);
    if way & HEADER > 0 {
        cx.extensions_mut().insert(HasTTHeader);
    }
    if way & FRAMED > 0 {
        cx.extensions_mut().insert(HasFramed);
    }
    let name = FastStr::from_static_str(method.name());
    cx.handle_decoded_msg_ident(&TMessageIdentifier::new(name, TMessageType::Call, 0));
    cx.msg_type = Some(TMessageType::Reply);
    let answer = methods::refusal(method, refusal.code(), refusal.message());
    let message = ThriftMessage::mk_server_resp(&cx, Ok(answer));
    let mut bytes = LinkedBytes::new();
    let mut encoder = TTHeaderEncoder::new(FramedEncoder::new(ThriftCodec::default(), DEFAULT_MAX_FRAME_SIZE));
    METAINFO.sync_scope(RefCell::new(MetaInfo::default()), || {
        let (_, room) = encoder.size(&mut cx, &message)?;
        bytes.reserve(room);
        encoder.encode(&mut cx, &mut bytes, message)
    })?;
    Ok(bytes.concat().to_vec())
}
