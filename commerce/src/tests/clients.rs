//! A running world and a generated client for each of its services.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use live_pack_idl::{
    auction::{AuctionServiceClient, AuctionServiceClientBuilder},
    cart::{CartServiceClient, CartServiceClientBuilder},
    live_creator::{LiveCreatorServiceClient, LiveCreatorServiceClientBuilder},
    live_data::{LiveDataServiceClient, LiveDataServiceClientBuilder},
    product_detail::{ProductDetailServiceClient, ProductDetailServiceClientBuilder},
    product_model::{ProductModelServiceClient, ProductModelServiceClientBuilder},
    product_price::{ProductPriceServiceClient, ProductPriceServiceClientBuilder},
    product_relation::{ProductRelationServiceClient, ProductRelationServiceClientBuilder},
    promotion_delivery::{PromotionDeliveryServiceClient, PromotionDeliveryServiceClientBuilder},
    promotion_renderer::{PromotionRendererServiceClient, PromotionRendererServiceClientBuilder},
    seller_core::{SellerCoreServiceClient, SellerCoreServiceClientBuilder},
    trade_chain::{TradeChainServiceClient, TradeChainServiceClientBuilder},
};

use crate::{Clock, RunningWorld, WorldSettings, call::Backend, faults::Faults, serve, world::World};

/// An instant in November 2026 at which tests freeze the clock by default.
pub(super) const NOW: i64 = 1_795_000_000_000;

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(2));

/// A world at a frozen instant.
pub(super) async fn running() -> RunningWorld {
    serve(WorldSettings { clock: Clock::Frozen(NOW), ..WorldSettings::default() }).await.unwrap()
}

/// Kept for the whole run: without an owner the world would be generated again for every test.
static WORLD: LazyLock<Arc<World>> = LazyLock::new(|| World::of(1));

/// The handlers without sockets.
pub(super) fn backend(now_ms: i64) -> Backend {
    let faults = Faults::new(&Default::default()).unwrap();
    Backend::new(Arc::clone(&WORLD), faults, Clock::Frozen(now_ms))
}

macro_rules! client {
    ($name:ident, $builder:ident, $client:ty) => {
        pub(super) fn $name(address: SocketAddr) -> $client {
            $builder::new(stringify!($name)).address(address).rpc_timeout(TIMEOUT).build()
        }
    };
}

client!(auction, AuctionServiceClientBuilder, AuctionServiceClient);
client!(cart, CartServiceClientBuilder, CartServiceClient);
client!(live_creator, LiveCreatorServiceClientBuilder, LiveCreatorServiceClient);
client!(live_data, LiveDataServiceClientBuilder, LiveDataServiceClient);
client!(product_detail, ProductDetailServiceClientBuilder, ProductDetailServiceClient);
client!(product_model, ProductModelServiceClientBuilder, ProductModelServiceClient);
client!(product_price, ProductPriceServiceClientBuilder, ProductPriceServiceClient);
client!(product_relation, ProductRelationServiceClientBuilder, ProductRelationServiceClient);
client!(promotion_delivery, PromotionDeliveryServiceClientBuilder, PromotionDeliveryServiceClient);
client!(promotion_renderer, PromotionRendererServiceClientBuilder, PromotionRendererServiceClient);
client!(seller_core, SellerCoreServiceClientBuilder, SellerCoreServiceClient);
client!(trade_chain, TradeChainServiceClientBuilder, TradeChainServiceClient);
