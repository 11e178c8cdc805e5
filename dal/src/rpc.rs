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
mod resilience;
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

use live_pack_idl::guard::{self, Guard};
use motore::layer::Stack;
use volo_thrift::{client::ClientBuilder, transport::pool};

pub use self::{
    balance::PeerStatus,
    directory::{InstanceStatus, RouteStatus, ServiceStatus},
    discovery::{EtcdUser, Registration, SourceSettings},
    resilience::{BreakerState, MethodStatus},
    settings::RpcSettings,
};
use self::{
    dial::{Dial, SpareTimes},
    directory::Directory,
    method::Method,
    metrics::RpcMetrics,
    remaining::RemainingLayer,
    resilience::Destinations,
    routes::{CALLER, Routed, Routes},
};
pub use crate::instance::{DnsName, HostPort, MalformedAddress, Source, StaticInstance};
use crate::{
    Downstream, DownstreamMethod,
    config::DownstreamConf,
    mock::{MockRules, MockSwitch},
};

/// One line per adapter: the module, which names the field of [`Rpc`], and its client.
macro_rules! adapters {
    ($($module:ident: $client:ident;)+) => {
        $(pub use self::$module::$client;)+

        /// All clients. Resident: built once, shared by all requests.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "one field per adapter, named as its module")]
        pub struct Rpc {
            $(pub $module: $client,)+
            mock: Arc<MockSwitch>,
            directory: Directory,
        }

        impl Rpc {
            fn build(wiring: Wiring<'_>) -> Self {
                Self {
                    $($module: $client::new(&wiring),)+
                    mock: Arc::clone(wiring.mock),
                    directory: wiring.directory(),
                }
            }
        }
    };
}

adapters! {
    product_relation: ProductRelationClient;
    product_model: ProductModelClient;
    product_detail: ProductDetailClient;
    product_price: ProductPriceClient;
    promotion_renderer: PromotionRendererClient;
    promotion_delivery: PromotionDeliveryClient;
    auction: AuctionClient;
    cart: CartClient;
    trade_chain: TradeChainClient;
    live_creator: LiveCreatorClient;
    live_data: LiveDataClient;
    seller_core: SellerCoreClient;
}

impl Rpc {
    /// Builds all clients, and begins to discover their instances and to connect to them. Must run inside a Tokio
    /// runtime, where the connections live.
    ///
    /// # Errors
    ///
    /// One of the metrics is already registered.
    pub fn new(settings: &RpcSettings, registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let mock = Arc::new(MockSwitch::default());
        let metrics = RpcMetrics::register(registry)?;
        let wiring =
            Wiring { settings, metrics: &metrics, mock: &mock, routes: Mutex::default(), methods: Mutex::default() };
        let rpc = Self::build(wiring);
        rpc.directory.register(registry)?;
        Ok(rpc)
    }

    /// Replaces the mock rules; calls under way are not affected. In production the check of the configuration has
    /// refused all rules.
    pub fn set_mock(&self, rules: MockRules) {
        self.mock.set(rules);
    }

    /// Applies a new configuration. A call under way keeps its instance and its rules; an instance that stays keeps its
    /// connections. A list that must be discovered first takes effect when it is known; until then the former one is used.
    pub fn configure(&self, conf: &DownstreamConf) {
        self.directory.configure(conf);
    }

    /// Those of `services` that have not answered yet: no instance of their default list has accepted a connection since
    /// the start, and not every method is mocked. Once a service has answered, it is never named again.
    pub fn awaited(&self, services: &[Downstream]) -> Vec<Downstream> {
        let is_awaited =
            |service: &Downstream| !self.directory.has_answered(*service) && !self.mock.answers_all(*service);
        services.iter().copied().filter(is_awaited).collect()
    }

    /// The instances of all services, and the state of their methods.
    #[must_use]
    pub fn status(&self) -> Vec<ServiceStatus> {
        self.directory.status()
    }
}

/// The parts that clients are built from.
struct Wiring<'a> {
    settings: &'a RpcSettings,
    metrics: &'a RpcMetrics,
    mock: &'a Arc<MockSwitch>,
    // std mutex: clients get a shared reference; held to push one entry
    routes: Mutex<Vec<(Downstream, Arc<dyn Routed>)>>,
    methods: Mutex<Vec<Arc<Destinations>>>,
}

impl Wiring<'_> {
    fn method(&self, name: DownstreamMethod) -> Method {
        let destinations = Arc::new(Destinations::new(name, self.metrics.failing()));
        self.methods.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&destinations));
        Method::new(self.metrics.method(name), Arc::clone(self.mock), destinations)
    }

    /// The routes of a service; `build` makes its clients.
    fn routes<C: Send + Sync + 'static>(
        &self,
        downstream: Downstream,
        build: impl Fn(To<'_>) -> C + Send + Sync + 'static,
    ) -> Arc<Routes<C>> {
        let settings = self.settings;
        let limits = guard::Limits::of_message(settings.max_answer);
        let guard = Guard::client(downstream.table(), limits, self.metrics.refusals(downstream.name()));
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
        let methods = self.methods.into_inner().unwrap_or_else(PoisonError::into_inner);
        Directory::new(routes, methods, self.settings, self.metrics)
    }
}

/// An instance, and the parts that its client is made from.
struct To<'a> {
    address: SocketAddr,
    dial: Dial,
    guard: &'a Guard,
    pool: &'a pool::Config,
}

impl To<'_> {
    /// Applies the options that all clients share: name, pool, guard, address, and the remaining time in the header.
    ///
    /// No call timeout is set here: the library reports its own as a remote exception, so [`Method`] enforces the timeout.
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
