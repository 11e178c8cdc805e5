//! The twelve downstream services: one typed client per service, one batched call per method.
//!
//! Every call has a time limit taken from [`Call::deadline`](crate::Call), carries the route group of the viewer, and
//! ends in a domain type or a classified [`Error`](crate::Error), never in a panic. Batches answer **aligned** with the
//! requested keys: duplicates are allowed, each key is sent once.

mod answer;
mod auction;
mod balance;
mod cart;
mod convert;
mod dial;
mod directory;
mod discovery;
mod live_creator;
mod live_data;
mod method;
mod metrics;
mod product_detail;
mod product_model;
mod product_price;
mod product_relation;
mod promotion_delivery;
mod promotion_renderer;
mod remaining;
mod routes;
mod seller_core;
mod settings;
#[cfg(test)]
mod tests;
mod trade_chain;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use live_pack_idl::guard::{self, Guard, Service};
use motore::layer::Stack;
use volo_thrift::{client::ClientBuilder, transport::pool};

pub use self::{
    auction::AuctionClient,
    balance::PeerStatus,
    cart::CartClient,
    directory::{InstanceStatus, RouteStatus, ServiceStatus},
    discovery::{DnsName, EtcdUser, HostPort, MalformedAddress, Registration, Source, SourceSettings, StaticInstance},
    live_creator::LiveCreatorClient,
    live_data::LiveDataClient,
    product_detail::ProductDetailClient,
    product_model::ProductModelClient,
    product_price::ProductPriceClient,
    product_relation::ProductRelationClient,
    promotion_delivery::PromotionDeliveryClient,
    promotion_renderer::PromotionRendererClient,
    seller_core::SellerCoreClient,
    settings::RpcSettings,
    trade_chain::TradeChainClient,
};
use self::{
    dial::{Dial, SpareTimes},
    directory::Directory,
    method::Method,
    metrics::RpcMetrics,
    remaining::RemainingLayer,
    routes::{CALLER, Routed, Routes},
};
use crate::{
    Downstream,
    config::DownstreamConf,
    mock::{MockRules, MockSwitch},
};

/// Every method of every service, as settings, metrics and mock rules name them.
pub const METHODS: [(Downstream, &[&str]); 12] = [
    (Downstream::ProductRelation, &product_relation::METHODS),
    (Downstream::ProductModel, &product_model::METHODS),
    (Downstream::ProductDetail, &product_detail::METHODS),
    (Downstream::ProductPrice, &product_price::METHODS),
    (Downstream::PromotionRenderer, &promotion_renderer::METHODS),
    (Downstream::PromotionDelivery, &promotion_delivery::METHODS),
    (Downstream::Auction, &auction::METHODS),
    (Downstream::Cart, &cart::METHODS),
    (Downstream::TradeChain, &trade_chain::METHODS),
    (Downstream::LiveCreator, &live_creator::METHODS),
    (Downstream::LiveData, &live_data::METHODS),
    (Downstream::SellerCore, &seller_core::METHODS),
];

/// All clients. Resident: built once, shared by all requests.
#[derive(Debug)]
#[expect(missing_docs, reason = "one field a downstream, named as its module")]
pub struct Rpc {
    pub product_relation: ProductRelationClient,
    pub product_model: ProductModelClient,
    pub product_detail: ProductDetailClient,
    pub product_price: ProductPriceClient,
    pub promotion_renderer: PromotionRendererClient,
    pub promotion_delivery: PromotionDeliveryClient,
    pub auction: AuctionClient,
    pub cart: CartClient,
    pub trade_chain: TradeChainClient,
    pub live_creator: LiveCreatorClient,
    pub live_data: LiveDataClient,
    pub seller_core: SellerCoreClient,
    mock: Arc<MockSwitch>,
    directory: Directory,
}

impl Rpc {
    /// Builds all clients, and begins to find and to connect their instances. Must run inside a Tokio runtime, where
    /// the connections live.
    ///
    /// # Errors
    ///
    /// Where the registry already has one of our metrics.
    pub fn new(settings: &RpcSettings, registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let mock = Arc::new(MockSwitch::default());
        let metrics = RpcMetrics::register(registry)?;
        let wiring = Wiring { settings, metrics: &metrics, mock: &mock, routes: Mutex::default() };
        Ok(Self {
            product_relation: ProductRelationClient::new(&wiring),
            product_model: ProductModelClient::new(&wiring),
            product_detail: ProductDetailClient::new(&wiring),
            product_price: ProductPriceClient::new(&wiring),
            promotion_renderer: PromotionRendererClient::new(&wiring),
            promotion_delivery: PromotionDeliveryClient::new(&wiring),
            auction: AuctionClient::new(&wiring),
            cart: CartClient::new(&wiring),
            trade_chain: TradeChainClient::new(&wiring),
            live_creator: LiveCreatorClient::new(&wiring),
            live_data: LiveDataClient::new(&wiring),
            seller_core: SellerCoreClient::new(&wiring),
            directory: wiring.directory(),
            mock,
        })
    }

    /// Replaces the mock rules; calls under way are not affected. Production refuses rules before they come here,
    /// unless they are empty.
    pub fn set_mock(&self, rules: MockRules) {
        self.mock.set(rules);
    }

    /// Applies a new configuration. A call under way keeps its instance; an instance that stays keeps its connections.
    /// A list that has to be asked for first takes effect when it is known: until then the former one serves.
    pub fn configure(&self, conf: &DownstreamConf) {
        self.directory.configure(conf);
    }

    /// Those of `services` that have not answered yet: no instance of their default list has accepted a connection since
    /// the start, and not every method is mocked. Once a service has answered, it is never named again.
    pub fn awaited(&self, services: &[Downstream]) -> Vec<Downstream> {
        let is_awaited = |service: &Downstream| {
            !self.directory.has_answered(*service) && !self.mock.answers_all(*service, methods_of(*service))
        };
        services.iter().copied().filter(is_awaited).collect()
    }

    /// The instances of all services.
    #[must_use]
    pub fn status(&self) -> Vec<ServiceStatus> {
        self.directory.status()
    }
}

fn methods_of(service: Downstream) -> &'static [&'static str] {
    METHODS.iter().find(|(of, _)| *of == service).map_or(&[], |(_, methods)| methods)
}

/// The parts that clients are built from.
struct Wiring<'a> {
    settings: &'a RpcSettings,
    metrics: &'a RpcMetrics,
    mock: &'a Arc<MockSwitch>,
    // std mutex: clients get a shared reference; held to push one entry
    routes: Mutex<Vec<(Downstream, Arc<dyn Routed>)>>,
}

impl Wiring<'_> {
    fn method(&self, downstream: Downstream, name: &'static str) -> Method {
        Method::new(downstream, name, self.metrics.method(downstream, name), Arc::clone(self.mock))
    }

    /// The routes of a service, whose clients `build` makes.
    fn routes<C: Send + Sync + 'static>(
        &self,
        downstream: Downstream,
        service: &'static Service,
        build: impl Fn(To<'_>) -> C + Send + Sync + 'static,
    ) -> Arc<Routes<C>> {
        let settings = self.settings;
        let limits = guard::Limits::of_message(settings.max_answer);
        let guard = Guard::client(service, limits, self.metrics.refusals(service.name));
        let times = SpareTimes { connect: settings.connect_timeout, lifetime: settings.idle_timeout };
        let pool = pool::Config::new(settings.max_idle_connections.max(1), settings.idle_timeout);
        let build = move |address, dial| build(To { address, dial, guard: &guard, pool: &pool });
        let routes = Arc::new(Routes::new(Box::new(build), times, self.metrics.routes(downstream)));
        let known: Arc<dyn Routed> = Arc::clone(&routes) as _;
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).push((downstream, known));
        routes
    }

    /// The instances of all services whose routes were made.
    fn directory(self) -> Directory {
        let routes = self.routes.into_inner().unwrap_or_else(PoisonError::into_inner);
        Directory::new(routes, self.settings, self.metrics)
    }
}

/// An instance, and how its client is made.
struct To<'a> {
    address: SocketAddr,
    dial: Dial,
    guard: &'a Guard,
    pool: &'a pool::Config,
}

impl To<'_> {
    /// Applies what all clients share: our name, the pool, the guard, the address, the remaining time in the header.
    ///
    /// No call timeout is set here: the library reports its own as a remote exception, so [`Method`] keeps the time
    /// instead.
    fn tuned<IL, OL, C, Req, Resp, MkT, MkC, LB>(
        self,
        builder: ClientBuilder<IL, OL, C, Req, Resp, MkT, MkC, LB>,
    ) -> ClientBuilder<Stack<RemainingLayer, IL>, OL, C, Req, Resp, Dial, Guard, LB> {
        builder
            .caller_name(CALLER)
            .pool_config(self.pool.clone())
            .address(self.address)
            .make_transport(self.dial)
            .make_codec(self.guard.clone())
            .layer_inner(RemainingLayer)
    }
}
