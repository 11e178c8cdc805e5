//! The keys of a TTHeader that are used here. Every other key is cut out.

use super::super::{Service, Side, services};

/// Readers of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The server of Live Pack.
    LivePack,
    /// The server of a downstream service.
    Downstream,
    /// A client that reads an answer.
    Client,
}

impl Reader {
    /// The reader of a service's messages on this side.
    #[must_use]
    pub fn of(service: &'static Service, side: Side<'_>) -> Self {
        match side {
            Side::Client(_) => Self::Client,
            Side::Server if std::ptr::eq(service, services::LIVE_PACK) => Self::LivePack,
            Side::Server => Self::Downstream,
        }
    }
}

/// A key in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderKey {
    /// In a block of text keys.
    Text(&'static str),
    /// In a block of numbered keys.
    Number(u16),
}

/// A key that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The key.
    pub key: HeaderKey,
    /// The readers it is kept for.
    pub readers: &'static [Reader],
    /// Its use.
    pub why: &'static str,
}

const SERVERS: &[Reader] = &[Reader::LivePack, Reader::Downstream];

/// All keys that are kept; names and numbers are those of the TTHeader specification and of metainfo.
///
/// Left out on purpose: `rip` (would overwrite the address of the peer), other `RPC_PERSIST_*` (would be passed on),
/// `RPC_TRANSIT_*` and `RPC_BACKWARD_*` that none of our services sends, `isn` (one service per port), `biz-extra`
/// (parsed as JSON), the name of the called service and method, its address, connection timeout and message type (volo
/// does not read them, or takes them from elsewhere), and tokens, which have a block of their own.
pub const ALLOWED: [Allowed; 11] = [
    Allowed { key: HeaderKey::Number(3), readers: SERVERS, why: "the caller's own name: for the log" },
    Allowed { key: HeaderKey::Number(12), readers: SERVERS, why: "the caller's timeout, in ms: for the deadline" },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_LP_ROUTE_GROUP"),
        readers: &[Reader::Downstream],
        why: "the route group of the viewer, which Live Pack sends along",
    },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_LP_LANE"),
        readers: SERVERS,
        why: "the lane of the request: for the addresses, and for downstream services",
    },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_traceparent"),
        readers: SERVERS,
        why: "the trace that the request belongs to, as Kitex sends it; passed on",
    },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_tracestate"),
        readers: SERVERS,
        why: "what tracing systems add to the trace; passed on with it",
    },
    Allowed {
        key: HeaderKey::Text("RPC_PERSIST_RetryReq"),
        readers: SERVERS,
        why: "the request is a retry, as Kitex marks it: no service retries a retry",
    },
    Allowed {
        key: HeaderKey::Text("RPC_TRANSIT_LP_LOG_ID"),
        readers: &[Reader::Downstream],
        why: "the log id of the request, which Live Pack sends along",
    },
    Allowed {
        key: HeaderKey::Text("crrst"),
        readers: &[Reader::Client],
        why: "the service is about to close the connection: no further call on it",
    },
    Allowed { key: HeaderKey::Text("biz-status"), readers: &[Reader::Client], why: "the answer is a failure" },
    Allowed { key: HeaderKey::Text("biz-message"), readers: &[Reader::Client], why: "the text of that failure" },
];

/// Whether the text key is kept for `reader`.
pub(super) fn text(reader: Reader, found: &[u8]) -> bool {
    allows(reader, |key| matches!(key, HeaderKey::Text(name) if name.as_bytes() == found))
}

/// Whether the numbered key is kept for `reader`.
pub(super) fn number(reader: Reader, found: u16) -> bool {
    allows(reader, |key| key == HeaderKey::Number(found))
}

fn allows(reader: Reader, is: impl Fn(HeaderKey) -> bool) -> bool {
    ALLOWED.iter().any(|allowed| is(allowed.key) && allowed.readers.contains(&reader))
}
