//! The keys of a TTHeader that somebody of ours has a use for. Every other key is cut out.

use super::super::{Service, Side, services};

/// Who reads a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The server of Live Pack.
    LivePack,
    /// The server of a service that Live Pack asks.
    Downstream,
    /// A client, in an answer.
    Client,
}

impl Reader {
    /// Who reads the messages of a service on this side.
    #[must_use]
    pub fn of(service: &'static Service, side: Side<'_>) -> Self {
        match side {
            Side::Client(_) => Self::Client,
            Side::Server if std::ptr::eq(service, services::LIVE_PACK) => Self::LivePack,
            Side::Server => Self::Downstream,
        }
    }
}

/// A key as it stands in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderKey {
    /// In a block of text keys.
    Text(&'static str),
    /// In a block of numbered keys.
    Number(u16),
}

/// A key that gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The key.
    pub key: HeaderKey,
    /// To whom.
    pub readers: &'static [Reader],
    /// What he does with it.
    pub why: &'static str,
}

const SERVERS: &[Reader] = &[Reader::LivePack, Reader::Downstream];

/// All keys that get through; names and numbers are those of the TTHeader specification and of metainfo.
///
/// What is left out on purpose: `rip` (would overwrite the address of the peer), `RPC_PERSIST_*` (would travel on),
/// `RPC_TRANSIT_*` and `RPC_BACKWARD_*` that nobody of ours sends, `isn` (one service a port), `biz-extra` (parsed as JSON),
/// the name of the service and method that is called, the address it is called at, connection time-out and message type
/// (volo reads them nowhere, or from elsewhere), and tokens, which have a block of their own.
pub const ALLOWED: [Allowed; 6] = [
    Allowed { key: HeaderKey::Number(3), readers: SERVERS, why: "the caller, as he calls himself: for the log" },
    Allowed { key: HeaderKey::Number(12), readers: SERVERS, why: "how long the caller waits, in ms: for the deadline" },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_LP_ROUTE_GROUP"),
        readers: &[Reader::Downstream],
        why: "the route group of the viewer, which Live Pack sends along",
    },
    Allowed {
        key: HeaderKey::Text("crrst"),
        readers: &[Reader::Client],
        why: "the service is about to close the connection: no further call on it",
    },
    Allowed { key: HeaderKey::Text("biz-status"), readers: &[Reader::Client], why: "the answer is a failure" },
    Allowed { key: HeaderKey::Text("biz-message"), readers: &[Reader::Client], why: "the text of that failure" },
];

/// Whether the key of a text block gets through to `reader`.
pub(super) fn text(reader: Reader, found: &[u8]) -> bool {
    allows(reader, |key| matches!(key, HeaderKey::Text(name) if name.as_bytes() == found))
}

/// Whether a numbered key gets through to `reader`.
pub(super) fn number(reader: Reader, found: u16) -> bool {
    allows(reader, |key| key == HeaderKey::Number(found))
}

fn allows(reader: Reader, is: impl Fn(HeaderKey) -> bool) -> bool {
    ALLOWED.iter().any(|allowed| is(allowed.key) && allowed.readers.contains(&reader))
}
