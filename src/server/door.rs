//! The codec of the server: the guard, and behind it the door, which sheds load before decoding.
//!
//! Under overload most requests are refused, and the cost of each refusal reduces the capacity for the others. So a
//! request that overload control refuses is answered before it is decoded, with prepared bytes: the connection
//! identifies the caller, and method, number and viewer are read from the checked message. The layers around the
//! handlers make all other decisions, and decide again about a request that passes the door.

mod answers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use live_pack_idl::guard::{Checked, Guard, GuardDecoder, GuardEncoder};
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
    Method,
    admission::{Admission, Asked, Refusal},
    methods,
    metrics::{Outcome, ServerMetrics},
    middleware::{
        context,
        entry::{self, Number},
        observe,
    },
};

/// Makes the codec of each connection.
#[derive(Clone)]
pub(super) struct Door {
    guard: Guard,
    shared: Arc<Shared>,
}

/// The parts that the doors of all connections share.
struct Shared {
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
    access_log_one_in: u32,
    answers: Answers,
}

impl Door {
    pub(super) fn new(
        guard: Guard,
        admission: Arc<Admission>,
        metrics: Arc<ServerMetrics>,
        lifecycle: Arc<Lifecycle>,
        access_log_one_in: u32,
    ) -> Self {
        let answers = Answers::of(&Refusal::Overload);
        Self { guard, shared: Arc::new(Shared { admission, metrics, lifecycle, access_log_one_in, answers }) }
    }
}

impl MakeCodec<Reader, Writer> for Door {
    type Encoder = GuardEncoder<Writer>;
    type Decoder = DoorDecoder;

    fn make_codec(&self, reader: Reader, writer: Writer) -> (Self::Encoder, Self::Decoder) {
        let (encoder, guard) = self.guard.make_codec(reader, writer);
        (encoder, DoorDecoder { guard, shared: self.shared.clone() })
    }
}

/// Decodes the admitted messages of one connection.
pub(super) struct DoorDecoder {
    guard: GuardDecoder<Reader>,
    shared: Arc<Shared>,
}

impl Decoder for DoorDecoder {
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

impl DoorDecoder {
    /// The answer to a refused request, which is counted.
    fn turned_away<Cx: ThriftContext>(&self, cx: &mut Cx, message: &Checked) -> Option<Vec<u8>> {
        let Shared { admission, metrics, lifecycle, access_log_one_in, answers } = &*self.shared;
        // The answers of a drain say that it has begun, and under TLS only the encoder can write.
        if !admission.is_shedding() || lifecycle.phase() != Phase::Ready || !self.guard.reader().can_answer() {
            return None;
        }
        let received = Instant::now();
        let call = message.call()?;
        let method = Method::named(call.method)?;
        let number = entry::next_number();
        // A request that is decided again keeps its number, and with it its level among those of the same viewer.
        cx.extensions_mut().insert(Number(number));
        if observe::is_logged(number, *access_log_one_in) {
            return None;
        }
        let caller = admission.identify(context::peer().as_deref(), method);
        let asked = Asked { caller: &caller, method, viewer: call.i64_at(&methods::USER).unwrap_or(0), number };
        let answer = answers.to(&call, method)?;
        if !admission.turns_away(&asked) {
            return None;
        }
        metrics.finished(method, Outcome::Status(Refusal::Overload.code()), received.elapsed());
        Some(answer)
    }
}
