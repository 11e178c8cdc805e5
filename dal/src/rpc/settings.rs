//! Addresses of the downstream services, and settings of their connections.

use std::{net::SocketAddr, time::Duration};

use crate::{Downstream, model::RouteGroup};

/// The addresses of one service: a default, and overrides for route groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Address for every route group that is not in `groups`.
    pub default: SocketAddr,
    /// Overrides; the first for a route group counts.
    pub groups: Vec<(RouteGroup, SocketAddr)>,
}

impl Addresses {
    /// One address for every route group.
    #[must_use]
    pub const fn one(default: SocketAddr) -> Self {
        Self { default, groups: Vec::new() }
    }

    /// The address for a route group.
    #[must_use]
    pub fn of(&self, group: RouteGroup) -> SocketAddr {
        self.groups.iter().find(|(named, _)| *named == group).map_or(self.default, |(_, address)| *address)
    }
}

/// The addresses of all twelve services. Fields rather than a map, so that none can be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "one field a downstream, named as its module")]
pub struct ServiceAddresses {
    pub product_relation: Addresses,
    pub product_model: Addresses,
    pub product_detail: Addresses,
    pub product_price: Addresses,
    pub promotion_renderer: Addresses,
    pub promotion_delivery: Addresses,
    pub auction: Addresses,
    pub cart: Addresses,
    pub trade_chain: Addresses,
    pub live_creator: Addresses,
    pub live_data: Addresses,
    pub seller_core: Addresses,
}

impl ServiceAddresses {
    /// Calls `of` for the addresses of every service, in the order of [`Downstream::RPC`].
    pub fn each(mut of: impl FnMut(Downstream) -> Addresses) -> Self {
        Self {
            product_relation: of(Downstream::ProductRelation),
            product_model: of(Downstream::ProductModel),
            product_detail: of(Downstream::ProductDetail),
            product_price: of(Downstream::ProductPrice),
            promotion_renderer: of(Downstream::PromotionRenderer),
            promotion_delivery: of(Downstream::PromotionDelivery),
            auction: of(Downstream::Auction),
            cart: of(Downstream::Cart),
            trade_chain: of(Downstream::TradeChain),
            live_creator: of(Downstream::LiveCreator),
            live_data: of(Downstream::LiveData),
            seller_core: of(Downstream::SellerCore),
        }
    }
}

/// Settings of all clients.
#[derive(Debug, Clone)]
pub struct RpcSettings {
    /// Addresses of the services.
    pub addresses: ServiceAddresses,
    /// Maximum time to connect; the deadline of a call may end it sooner.
    pub connect_timeout: Duration,
    /// Maximum number of idle connections per address and service, at least 1.
    pub max_idle_connections: usize,
    /// Lifetime of an idle connection; shorter than that of any server.
    pub idle_timeout: Duration,
    /// Maximum size of an answer in bytes; a longer one is refused.
    pub max_answer: usize,
}

impl RpcSettings {
    /// Default maximum size of an answer in bytes: 16 MiB, Thrift's maximum for a frame.
    pub const MAX_ANSWER: usize = 16 * 1024 * 1024;

    /// These addresses with 50 ms to connect and 64 idle connections, each kept for 15 s.
    #[must_use]
    pub const fn new(addresses: ServiceAddresses) -> Self {
        Self {
            addresses,
            connect_timeout: Duration::from_millis(50),
            max_idle_connections: 64,
            idle_timeout: Duration::from_secs(15),
            max_answer: Self::MAX_ANSWER,
        }
    }
}
