//! The codec of the server: the guard, and behind it the first part of load shedding, before a request is decoded.
//!
//! Under overload most requests are refused, and the cost of each refusal reduces the capacity for the others. So a
//! request that overload control refuses is answered before it is decoded, with prepared bytes: the connection
//! identifies the caller, and method, number and viewer are read from the checked message. The layers around the
//! handlers make all other decisions, and decide again about a request that passes here.

mod answers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use live_pack_admission::{Admission, Refusal};
use live_pack_idl::{
    Method,
    guard::{Checked, Guard, GuardDecoder, GuardEncoder},
    methods,
};
use pilota::thrift::ThriftException;
use tokio::time::Instant;
use volo_thrift::{
    EntryMessage, ThriftMessage,
    codec::{Decoder, MakeCodec},
    context::ThriftContext,
};

use self::answers::Answers;
use super::{
    Lifecycle, Phase,
    halves::{Reader, Writer},
};
use crate::{
    metrics::{Outcome, ServerMetrics},
    pack_service::{CallOptions, Origin},
};

/// Makes the codec of each connection.
#[derive(Clone)]
pub(super) struct SheddingCodec {
    guard: Guard,
    parts: Arc<SheddingParts>,
}

/// The parts that the decoders of all connections use.
struct SheddingParts {
    calls: CallOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
    answers: Answers,
}

impl SheddingCodec {
    pub(super) fn new(
        guard: Guard,
        calls: CallOptions,
        admission: Arc<Admission>,
        metrics: Arc<ServerMetrics>,
        lifecycle: Arc<Lifecycle>,
    ) -> Self {
        let answers = Answers::of(&Refusal::Overload);
        Self { guard, parts: Arc::new(SheddingParts { calls, admission, metrics, lifecycle, answers }) }
    }
}

impl MakeCodec<Reader, Writer> for SheddingCodec {
    type Encoder = GuardEncoder<Writer>;
    type Decoder = SheddingDecoder;

    fn make_codec(&self, reader: Reader, writer: Writer) -> (Self::Encoder, Self::Decoder) {
        let (encoder, guard) = self.guard.make_codec(reader, writer);
        (encoder, SheddingDecoder { guard, parts: self.parts.clone() })
    }
}

/// Decodes the admitted messages of one connection.
pub(super) struct SheddingDecoder {
    guard: GuardDecoder<Reader>,
    parts: Arc<SheddingParts>,
}

impl Decoder for SheddingDecoder {
    async fn decode<Msg: Send + EntryMessage, Cx: ThriftContext>(
        &mut self,
        cx: &mut Cx,
    ) -> Result<Option<ThriftMessage<Msg>>, ThriftException> {
        loop {
            let Some(message) = self.guard.next(cx).await? else { return Ok(None) };
            match self.turned_away(cx, &message) {
                Some(answer) => self.guard.reader().answer(&answer).await?,
                None => return self.guard.open(cx, message),
            }
        }
    }

    async fn is_closed(&self) -> bool {
        self.guard.is_closed().await
    }
}

impl SheddingDecoder {
    /// The answer to a refused request, which is counted.
    fn turned_away<Cx: ThriftContext>(&self, cx: &mut Cx, message: &Checked) -> Option<Vec<u8>> {
        let SheddingParts { calls, admission, metrics, lifecycle, answers } = &*self.parts;
        // The answers of a drain say that it has begun, and under TLS only the encoder can write.
        let reader = self.guard.reader();
        if !admission.is_shedding() || lifecycle.phase() != Phase::Ready || !reader.can_answer() {
            return None;
        }
        let received = Instant::now();
        let call = message.call()?;
        let method = Method::named(call.method)?;
        let origin = Origin::of(reader.peer(), method, admission);
        let turned_away = if calls.is_logged(origin.number, admission.access_share()) {
            None
        } else {
            let candidate = origin.candidate(method, call.i64_at(&methods::USER).unwrap_or(0));
            answers.to(&call, method).filter(|_| admission.turns_away(&candidate))
        };
        if turned_away.is_some() {
            metrics.finished(method, Outcome::Status(Refusal::Overload.code()), received.elapsed());
        } else {
            // A request that is decided again by the layers keeps its number, and so its level among those of its viewer.
            cx.extensions_mut().insert(origin);
        }
        turned_away
    }
}
