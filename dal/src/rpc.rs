//! The twelve downstream services: one typed client per service, one batched call per method.
//!
//! Every call has a time limit taken from [`Call::deadline`](crate::Call), carries the route group of the viewer, and
//! ends in a domain type or a classified [`Error`](crate::Error), never in a panic. Batches answer **aligned** with the
//! requested keys: duplicates are allowed, each key is sent once.

mod answer;
mod auction;
mod cart;
mod convert;
mod dial;
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
mod routes;
mod seller_core;
mod settings;
#[cfg(test)]
mod tests;
mod trade_chain;

use std::sync::Arc;

use live_pack_idl::guard::{self, Guard, Service};
use volo_thrift::client::ClientBuilder;

pub use self::{
    auction::AuctionClient,
    cart::CartClient,
    live_creator::LiveCreatorClient,
    live_data::LiveDataClient,
    product_detail::ProductDetailClient,
    product_model::ProductModelClient,
    product_price::ProductPriceClient,
    product_relation::ProductRelationClient,
    promotion_delivery::PromotionDeliveryClient,
    promotion_renderer::PromotionRendererClient,
    seller_core::SellerCoreClient,
    settings::{Addresses, RpcSettings, ServiceAddresses},
    trade_chain::TradeChainClient,
};
use self::{dial::Dial, method::Method, metrics::RpcMetrics};
use crate::{
    Downstream,
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
}

impl Rpc {
    /// Builds all clients; connects to none. Must run inside a Tokio runtime, where the connection pools live.
    ///
    /// # Errors
    ///
    /// Where the registry already has one of our metrics.
    pub fn new(settings: &RpcSettings, registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let mock = Arc::new(MockSwitch::default());
        let wiring = Wiring { settings, metrics: &RpcMetrics::register(registry)?, mock: &mock };
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
            mock,
        })
    }

    /// Replaces the mock rules; calls under way are not affected. Production refuses rules before they come here,
    /// unless they are empty.
    pub fn set_mock(&self, rules: MockRules) {
        self.mock.set(rules);
    }
}

/// The parts that clients are built from.
struct Wiring<'a> {
    settings: &'a RpcSettings,
    metrics: &'a RpcMetrics,
    mock: &'a Arc<MockSwitch>,
}

impl Wiring<'_> {
    fn method(&self, downstream: Downstream, name: &'static str) -> Method {
        Method::new(downstream, name, self.metrics.method(downstream, name), Arc::clone(self.mock))
    }

    fn tuned<IL, OL, C, Req, Resp, MkT, MkC, LB>(
        &self,
        service: &'static Service,
        builder: ClientBuilder<IL, OL, C, Req, Resp, MkT, MkC, LB>,
        address: std::net::SocketAddr,
    ) -> ClientBuilder<IL, OL, C, Req, Resp, Dial, Guard, LB> {
        let limits = guard::Limits::of_message(self.settings.max_answer);
        let guard = Guard::client(service, limits, self.metrics.refusals(service.name));
        routes::tuned(builder, self.settings, address).make_transport(Dial::default()).make_codec(guard)
    }
}
