//! One generated client per route group, and its construction.

use volo_thrift::{client::ClientBuilder, transport::pool};

use crate::{
    model::RouteGroup,
    rpc::settings::{Addresses, RpcSettings},
};

/// Our name in `Base.Caller` and in the transport header.
pub(crate) const CALLER: &str = "live_pack";

/// The clients of one service: a default, and one for each route group with an address of its own.
pub(crate) struct Routes<C> {
    default: C,
    groups: Vec<(RouteGroup, C)>,
}

impl<C> Routes<C> {
    /// Builds a client for each address.
    pub(crate) fn build(addresses: &Addresses, build: impl Fn(std::net::SocketAddr) -> C) -> Self {
        Self {
            default: build(addresses.default),
            groups: addresses.groups.iter().map(|(group, address)| (*group, build(*address))).collect(),
        }
    }

    /// The client for a route group. At most five overrides: a scan beats a hash.
    pub(crate) fn of(&self, group: RouteGroup) -> &C {
        self.groups.iter().find(|(named, _)| *named == group).map_or(&self.default, |(_, client)| client)
    }
}

// by hand: generated clients do not print themselves
impl<C> std::fmt::Debug for Routes<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("overrides", &self.groups.len()).finish()
    }
}

/// Applies the settings that all clients share: our name, the connect timeout, the pool, the address.
///
/// No call timeout is set here: the library reports its own as a remote exception, so [`super::method::Method`] keeps
/// the time instead.
pub(crate) fn tuned<IL, OL, C, Req, Resp, MkT, MkC, LB>(
    builder: ClientBuilder<IL, OL, C, Req, Resp, MkT, MkC, LB>,
    settings: &RpcSettings,
    address: std::net::SocketAddr,
) -> ClientBuilder<IL, OL, C, Req, Resp, MkT, MkC, LB> {
    builder
        .caller_name(CALLER)
        .connect_timeout(Some(settings.connect_timeout))
        .pool_config(pool::Config::new(settings.max_idle_connections.max(1), settings.idle_timeout))
        .address(address)
}
