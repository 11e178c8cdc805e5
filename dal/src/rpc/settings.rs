//! Settings of the clients.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use super::discovery::SourceSettings;
use crate::{Downstream, config::DownstreamConf, instance::StaticInstance};

/// Settings of all clients.
#[derive(Debug, Clone)]
pub struct RpcSettings {
    /// The static list of each service; a service that is not named has no instance.
    pub world: BTreeMap<Downstream, Vec<StaticInstance>>,
    /// The configuration at the start.
    pub conf: DownstreamConf,
    /// Settings of all sources, beside their own entries.
    pub sources: SourceSettings,
    /// Maximum time to connect; the deadline of a call may end it sooner.
    pub connect_timeout: Duration,
    /// Maximum number of idle connections per instance, at least 1.
    pub max_idle_connections: usize,
    /// Lifetime of an idle connection; shorter than that of any server.
    pub idle_timeout: Duration,
    /// Maximum size of an answer in bytes; a longer one is refused.
    pub max_answer: usize,
}

impl RpcSettings {
    /// Default maximum size of an answer in bytes: 16 MiB, Thrift's maximum for a frame.
    pub const MAX_ANSWER: usize = 16 * 1024 * 1024;

    /// These lists with 50 ms to connect and 64 idle connections, each kept for 15 s.
    #[must_use]
    pub fn new(world: BTreeMap<Downstream, Vec<StaticInstance>>) -> Self {
        Self {
            world,
            conf: DownstreamConf::default(),
            sources: SourceSettings::default(),
            connect_timeout: Duration::from_millis(50),
            max_idle_connections: 64,
            idle_timeout: Duration::from_secs(15),
            max_answer: Self::MAX_ANSWER,
        }
    }

    /// One instance per service, at the address that `of` returns.
    #[must_use]
    pub fn at(of: impl Fn(Downstream) -> SocketAddr) -> Self {
        let one = |service| (service, vec![StaticInstance { at: of(service).into(), weight: StaticInstance::WEIGHT }]);
        Self::new(Downstream::ALL.into_iter().map(one).collect())
    }
}
