//! The Thrift listener: our own accept loop around volo's `pingpong::serve`.
//!
//! Not volo's `Server::run`, which installs signal handlers (SIGHUP stops it), ends on a failed accept, takes 30 s to
//! stop, limits nothing, and shares its port with any other process that asks.

pub mod accept;
pub mod bind;
pub mod connection;
pub mod descriptors;
pub mod halves;
pub mod handover;
pub mod lifecycle;
pub mod listeners;
pub mod peers;
pub mod port_owner;
pub mod reload;
mod shedding_codec;
pub mod signals;
pub mod stream;
pub mod tls;
pub mod unix;

use std::{sync::Arc, time::Duration};

use self::shedding_codec::SheddingCodec;
pub use self::{
    bind::{BindError, bind},
    connection::Codec,
    lifecycle::{Lifecycle, Phase},
    listeners::Listeners,
};
use crate::{
    metrics::ServerMetrics,
    pack_service::{CallOptions, PackService},
};
use live_pack_admission::Admission;
use live_pack_idl::guard::{self, Guard, Pool};

/// The limits of the listener.
#[derive(Debug, Clone, Copy)]
pub struct ServerOptions {
    /// Maximum number of connections; further ones are closed at once.
    pub max_connections: usize,
    /// Maximum number of connections from one address, one IPv6 network (/64), or one user of this machine.
    pub max_connections_per_peer: usize,
    /// Time without the start of a message after which a connection is closed.
    pub idle_timeout: Duration,
    /// Time limit from the first byte of a message to its last, and for progress in sending an answer.
    pub message_timeout: Duration,
    /// Maximum size of a message in bytes; a longer one is refused.
    pub max_message: usize,
    /// Maximum total of bytes buffered for messages and answers of all connections, beyond 2 KiB each; more is refused.
    pub max_buffered: usize,
    /// Time for which connections are still accepted after `/readyz` has turned to 503, so that balancers can notice.
    pub drain_linger: Duration,
    /// Longest time from the signal to the end of the process.
    pub drain_limit: Duration,
    /// The limits of calls.
    pub calls: CallOptions,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            max_connections: 20_000,
            max_connections_per_peer: 15_000,
            idle_timeout: Duration::from_mins(10),
            message_timeout: Duration::from_secs(10),
            max_message: 1024 * 1024,
            max_buffered: 64 * 1024 * 1024,
            drain_linger: Duration::from_millis(200),
            drain_limit: Duration::from_secs(10),
            calls: CallOptions::default(),
        }
    }
}

/// The result of a drain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that still had work when the limit was reached.
    pub abandoned: usize,
}

/// Serves a layered service until [`Lifecycle::drain`] is called, then drains.
///
/// Every connection and request runs in its own task; dropping the returned future stops accepting but not those.
pub async fn serve(
    listeners: impl Into<Listeners>,
    service: impl PackService,
    options: ServerOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
) -> Drained {
    let limits = guard::Limits::of_message(options.max_message);
    let pool = Pool::new(options.max_buffered);
    let guard = Guard::server(guard::services::LIVE_PACK, limits, metrics.clone()).with_pool(pool);
    let codec = SheddingCodec::new(guard, options.calls, admission.clone(), metrics.clone(), lifecycle.clone());
    serve_with(codec, listeners, service, options, admission, metrics, lifecycle).await
}

/// The same with another codec instead of the guard, to measure the cost of the guard. Never for callers: volo's own
/// codec allows them to end the process.
pub async fn serve_with(
    codec: impl Codec,
    listeners: impl Into<Listeners>,
    service: impl PackService,
    options: ServerOptions,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
) -> Drained {
    accept::run(listeners.into(), service, codec, options, admission, metrics, lifecycle).await
}

#[cfg(test)]
mod tests;
