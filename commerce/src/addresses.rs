//! Addresses of the services of a running world.

use std::{collections::BTreeMap, net::SocketAddr};

use live_pack_idl::Downstream;

/// One address per service, and the address of the picture server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    // one for each of `Downstream::ALL`, because a world runs only once all of them are bound
    services: BTreeMap<Downstream, SocketAddr>,
    /// The address of the picture server.
    pub pictures: SocketAddr,
}

impl Addresses {
    /// `services` must have an address for each of [`Downstream::ALL`].
    pub(crate) const fn new(services: BTreeMap<Downstream, SocketAddr>, pictures: SocketAddr) -> Self {
        Self { services, pictures }
    }

    /// The address of a service.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "`new` gets an address for each service")]
    pub fn of(&self, service: Downstream) -> SocketAddr {
        self.services[&service]
    }

    /// The services with their addresses, in the order of [`Downstream::ALL`].
    pub fn services(&self) -> impl Iterator<Item = (Downstream, SocketAddr)> {
        self.services.iter().map(|(service, addr)| (*service, *addr))
    }
}
