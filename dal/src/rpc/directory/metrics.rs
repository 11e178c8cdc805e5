//! Metrics of the instances, read at each scrape. Only gauges: the series of a replaced instance end with it.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use live_pack_metrics::{RPC_INSTANCE_IN_FLIGHT, RPC_INSTANCE_LATENCY, RPC_INSTANCES, Samples};
use prometheus::{Error, Registry};

use super::{Directory, Followed};
use crate::rpc::{balance::PeerStatus, routes::Route};

/// Largest number of instances with series of their own, over all services; the others are counted by state only.
const MOST: usize = 256;

/// The services; they end with the clients, even if the registry outlives them.
#[derive(Clone)]
struct Services(Arc<[Weak<Followed>]>);

/// An instance of a route.
struct Row {
    downstream: &'static str,
    route: Route,
    peer: PeerStatus,
}

impl Services {
    fn rows(&self) -> Vec<Row> {
        let services = self.0.iter().filter_map(Weak::upgrade);
        let rows = services.flat_map(|service| {
            let downstream = service.downstream.name();
            let routes = service.routes.status().into_iter();
            routes.flat_map(move |(route, instances)| {
                instances.into_iter().map(move |(peer, _)| Row { downstream, route, peer })
            })
        });
        rows.collect()
    }

    /// Adds a series for each instance, at most [`MOST`].
    fn each(&self, samples: &mut Samples<'_>, value: fn(&PeerStatus) -> f64) {
        let mut rows = self.rows();
        rows.sort_by_key(|row| Reverse(row.peer.calls));
        for Row { downstream, route, peer } in rows.iter().take(MOST) {
            samples.put(&[downstream, route.name(), &peer.address.to_string()], value(peer));
        }
    }

    /// Adds the number of instances for each state that there is.
    fn count(&self, samples: &mut Samples<'_>) {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for Row { downstream, route, peer } in self.rows() {
            let state = match () {
                () if !peer.reachable => "unreachable",
                () if peer.ejected_ms > 0 => "ejected",
                () => "usable",
            };
            // from the start: an alarm on a missing series never fires
            counts.entry((downstream, route, "usable")).or_default();
            *counts.entry((downstream, route, state)).or_default() += 1;
        }
        for ((downstream, route, state), count) in counts {
            samples.put(&[downstream, route.name(), state], count.into());
        }
    }
}

/// Registers the metrics.
pub(super) fn register(directory: &Directory, registry: &Registry) -> Result<(), Error> {
    let services = Services(directory.services.values().map(Arc::downgrade).collect());
    let of = services.clone();
    RPC_INSTANCES.read(registry, move |samples| of.count(samples))?;
    let of = services.clone();
    RPC_INSTANCE_IN_FLIGHT.read(registry, move |samples| of.each(samples, |peer| peer.in_flight.into()))?;
    RPC_INSTANCE_LATENCY.read(registry, move |samples| {
        services.each(samples, |peer| u32::try_from(peer.latency_us).map_or(f64::from(u32::MAX), f64::from) / 1e6);
    })
}
