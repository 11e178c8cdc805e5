//! DNS names: every address of a name, looked up again when its time to live is over.

use std::{net::SocketAddr, time::Duration};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join, join_all},
};
use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    lookup::Lookup,
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{RData, RecordType},
};
use tokio::time::sleep;

use super::{Discovery, DiscoveryError};
use crate::{
    instance::{DnsName, StaticInstance},
    rpc::routes::Endpoint,
};

/// Bounds of the time between two look-ups, whatever the time to live.
const SOONEST: Duration = Duration::from_secs(1);
const LATEST: Duration = Duration::from_secs(300);

/// A name.
pub(crate) struct Dns {
    name: DnsName,
    server: Option<SocketAddr>,
    resolver: Option<TokioResolver>,
    /// Time to live of the last answer.
    pause: Option<Duration>,
}

/// Instances, and for how long they are valid.
type Answer = (Vec<Endpoint>, Duration);

impl Dns {
    pub(crate) fn new(name: DnsName, server: Option<SocketAddr>) -> Self {
        Self { name, server, resolver: None, pause: None }
    }

    fn error(&self, detail: impl ToString) -> DiscoveryError {
        DiscoveryError::new(&self.name, detail)
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = match self.server {
            None => Resolver::builder(provider)?,
            Some(server) => {
                let at = |mut connection: ConnectionConfig| {
                    connection.port = server.port();
                    connection
                };
                let connections = vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())];
                let server = NameServerConfig::new(server.ip(), true, connections);
                Resolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), vec![server]), provider)
            }
        };
        // the next look-up comes when the time is over, and must reach the server
        builder.options_mut().cache_size = 0;
        builder.build()
    }

    async fn find(&mut self) -> Result<Vec<Endpoint>, DiscoveryError> {
        if let Some(pause) = self.pause.take() {
            sleep(pause).await;
        }
        let resolver = match self.resolver.take() {
            Some(resolver) => resolver,
            None => self.resolver().map_err(|error| self.error(error))?,
        };
        let found = match &self.name {
            DnsName::Host(at) => {
                let (host, port) = at.parts();
                addresses(&resolver, host, port, StaticInstance::WEIGHT).await
            }
            DnsName::Service(name) => services(&resolver, name).await,
        };
        let (list, valid) = found.map_err(|error| self.error(error))?;
        self.resolver = Some(resolver);
        self.pause = Some(valid.clamp(SOONEST, LATEST));
        Ok(list)
    }
}

impl Discovery for Dns {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Endpoint>, DiscoveryError>> {
        self.find().boxed()
    }
}

/// The shortest time to live of an answer.
fn valid(lookup: &Lookup) -> Duration {
    Duration::from_secs(lookup.answers().iter().map(|record| record.ttl).min().unwrap_or_default().into())
}

/// Addresses of both kinds; a name that has one kind only is fine.
async fn addresses(resolver: &TokioResolver, host: &str, port: u16, weight: u32) -> Result<Answer, NetError> {
    let (v4, v6) = join(resolver.lookup(host, RecordType::A), resolver.lookup(host, RecordType::AAAA)).await;
    let (lookups, error) = match (v4, v6) {
        (Ok(v4), Ok(v6)) => (vec![v4, v6], None),
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => (vec![one], None),
        (Err(error), Err(_)) => (Vec::new(), Some(error)),
    };
    if let Some(error) = error {
        return Err(error);
    }
    let ip = |data: &RData| match data {
        RData::A(v4) => Some(v4.0.into()),
        RData::AAAA(v6) => Some(v6.0.into()),
        _ => None,
    };
    let ips = lookups.iter().flat_map(Lookup::answers).filter_map(|record| ip(&record.data));
    let list = ips.map(|ip| Endpoint { address: SocketAddr::new(ip, port), weight }).collect();
    Ok((list, lookups.iter().map(valid).min().unwrap_or_default()))
}

/// The hosts of the records with the best priority, with their weights.
async fn services(resolver: &TokioResolver, name: &str) -> Result<Answer, NetError> {
    let lookup = resolver.lookup(name, RecordType::SRV).await?;
    let records = || {
        lookup.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(service) => Some(service),
            _ => None,
        })
    };
    let best = records().map(|service| service.priority).min();
    let looks = records().filter(|service| Some(service.priority) == best).map(async |service| {
        // 0 is allowed and means "hardly ever"
        addresses(resolver, &service.target.to_string(), service.port, u32::from(service.weight).max(1)).await
    });
    let (mut list, mut time) = (Vec::new(), valid(&lookup));
    for found in join_all(looks).await {
        let (more, valid) = found?;
        list.extend(more);
        time = time.min(valid);
    }
    Ok((list, time))
}
