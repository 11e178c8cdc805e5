//! The guard: a codec that checks every byte of a message before the generated decoders run.
//!
//! The decoders of volo and pilota trust the wire: they allocate as many elements as a count says, slice by any length,
//! and check neither element types nor text. A message of a few dozen bytes can therefore end the process. The guard
//! reads a message up to a limit, checks the transport, its header and the head of the message, and walks the rest once
//! against a table made from the IDL: bounds, types, mandatory fields, counts against the bytes left, memory against a
//! budget, depth, UTF-8, exact end. Fields and enum values that the IDL does not know are skipped, their bytes checked.
//! **The decoders decode every message that passes without a panic, an abort or a leak**, and the check allocates
//! nothing. Keys of a TTHeader that are not used here are cut out of it: see [`ALLOWED`].
//!
//! A message that breaks a rule is a [`Refusal`]: a server answers with a Thrift exception that names the value and the
//! rule and closes the connection, a client fails the call with a protocol exception and drops the connection.
//!
//! [`Guard`] is a `MakeCodec` for both sides. volo's encoders do the writing.

mod bounds;
mod checked;
mod decoder;
mod encoder;
mod envelope;
mod header;
mod message;
mod pool;
mod refusal;
pub mod services;
mod table;
mod walk;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use tokio::io::{AsyncRead, AsyncWrite};
use volo::net::ext::AsyncExt;
use volo_thrift::codec::MakeCodec;

use self::message::{Seen, Undecodable};
pub use self::{
    checked::{Call, Checked},
    decoder::GuardDecoder,
    encoder::GuardEncoder,
    header::keys::{ALLOWED, Allowed, HeaderKey, Reader},
    pool::Pool,
    refusal::{Kind, Refusal},
    table::Service,
    walk::DEPTH,
};

/// The side of a call that reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side<'a> {
    /// A server: reads calls.
    Server,
    /// A client: reads the answer to a call of this method.
    Client(&'a str),
}

/// Limits of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of a message in bytes, without the length prefix.
    pub message: usize,
    /// Maximum memory of its decoded containers in bytes.
    pub memory: usize,
    /// Limits of its TTHeader.
    pub header: HeaderLimits,
}

/// Limits of a TTHeader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderLimits {
    /// Maximum number of keys, over all blocks.
    pub keys: usize,
    /// Maximum size of a key or a value in bytes.
    pub length: usize,
}

impl Limits {
    /// Memory that every message may take.
    const LEAST_MEMORY: usize = 16 * 1024 * 1024;

    /// For messages up to this size in bytes: memory four times that, or 16 MiB if that is more; 32 keys of 4 KiB.
    #[must_use]
    pub const fn of_message(message: usize) -> Self {
        let header = HeaderLimits { keys: 32, length: 4096 };
        let memory = message.saturating_mul(4);
        let memory = if memory < Self::LEAST_MEMORY { Self::LEAST_MEMORY } else { memory };
        Self { message, memory, header }
    }
}

/// Receives every refusal.
pub trait Observer: Send + Sync + 'static {
    /// Called once per refused message; must be quick.
    fn refused(&self, refusal: &Refusal);
}

/// The codec of one service, for a server or for its clients. Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    parts: Arc<GuardParts>,
}

#[derive(Clone)]
struct GuardParts {
    service: &'static Service,
    server: bool,
    limits: Limits,
    observer: Arc<dyn Observer>,
    pool: Option<Pool>,
}

impl Guard {
    /// A codec for a server of `service`.
    #[must_use]
    pub fn server(service: &'static Service, limits: Limits, observer: Arc<dyn Observer>) -> Self {
        Self { parts: Arc::new(GuardParts { service, server: true, limits, observer, pool: None }) }
    }

    /// A codec for clients of `service`.
    #[must_use]
    pub fn client(service: &'static Service, limits: Limits, observer: Arc<dyn Observer>) -> Self {
        Self { parts: Arc::new(GuardParts { service, server: false, limits, observer, pool: None }) }
    }

    /// Caps the total size of the buffers of all connections of this pool, for incoming messages and for answers not
    /// yet taken by the peer. A message beyond it is refused as [`Kind::Pool`], an answer beyond it closes its
    /// connection; messages that fit into 2 KiB are free. Without a pool there is no such cap.
    #[must_use]
    pub fn with_pool(self, pool: Pool) -> Self {
        Self { parts: Arc::new(GuardParts { pool: Some(pool), ..Arc::unwrap_or_clone(self.parts) }) }
    }
}

impl GuardParts {
    /// Counts a refusal, and logs at most one per second: a sender of hostile messages must not fill the disk.
    fn note(&self, refusal: &Refusal) {
        static LAST: AtomicU64 = AtomicU64::new(0);
        self.observer.refused(refusal);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        if LAST.swap(now, Ordering::Relaxed) != now {
            let (service, from) = (self.service.name, if self.server { "a caller" } else { "the service" });
            let kind = refusal.kind.name();
            tracing::warn!(service, from, kind, %refusal, "message refused; at most one such line per second");
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GuardParts { service, server, limits, .. } = &*self.parts;
        f.debug_struct("Guard")
            .field("service", &service.name)
            .field("server", server)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

impl<R, W> MakeCodec<R, W> for Guard
where
    R: AsyncRead + Unpin + Send + Sync + 'static,
    W: AsyncWrite + AsyncExt + Unpin + Send + Sync + 'static,
{
    type Encoder = GuardEncoder<W>;
    type Decoder = GuardDecoder<R>;

    fn make_codec(&self, reader: R, writer: W) -> (Self::Encoder, Self::Decoder) {
        (GuardEncoder::new(writer, self.parts.clone()), GuardDecoder::new(reader, self.parts.clone()))
    }
}

/// Checks a whole message of a transport with a length prefix, at the beginning of `bytes`.
///
/// This is what [`Guard`] does with every such message; for measurements and tests.
///
/// # Errors
/// The rule that is broken. A method that the service does not have is [`Kind::Envelope`] here.
pub fn check(service: &'static Service, side: Side<'_>, limits: &Limits, bytes: &[u8]) -> Result<(), Refusal> {
    // On a connection the length determines the end of the message; here it could be wrong.
    let length = bytes.first_chunk().copied().map(u32::from_be_bytes).and_then(|length| usize::try_from(length).ok());
    if length != bytes.len().checked_sub(4) {
        return Err(Refusal::of_message(Kind::Length, "has another length than its frame"));
    }
    match message::check(service, side, limits, bytes, &mut Seen::default()) {
        Ok(()) => Ok(()),
        Err(Undecodable::Refused(refusal)) => Err(refusal),
        Err(Undecodable::UnknownMethod(_)) => {
            Err(Refusal::of_message(Kind::Envelope, "names no method of the service"))
        }
    }
}

/// Cuts every key that is not [`ALLOWED`] out of the header of a message that passed [`check`], in place.
///
/// This is what [`Guard`] does with every such message before volo reads it; for measurements and tests.
pub fn cut_header(service: &'static Service, side: Side<'_>, bytes: &mut [u8]) {
    message::cut_header(service, side, bytes);
}
