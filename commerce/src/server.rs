//! Starts and stops a world: twelve services and the pictures, each on its own listener.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use live_pack_idl::{
    auction::{AuctionServiceRequestRecv, AuctionServiceServer},
    cart::{CartServiceRequestRecv, CartServiceServer},
    live_creator::{LiveCreatorServiceRequestRecv, LiveCreatorServiceServer},
    live_data::{LiveDataServiceRequestRecv, LiveDataServiceServer},
    product_detail::{ProductDetailServiceRequestRecv, ProductDetailServiceServer},
    product_model::{ProductModelServiceRequestRecv, ProductModelServiceServer},
    product_price::{ProductPriceServiceRequestRecv, ProductPriceServiceServer},
    product_relation::{ProductRelationServiceRequestRecv, ProductRelationServiceServer},
    promotion_delivery::{PromotionDeliveryServiceRequestRecv, PromotionDeliveryServiceServer},
    promotion_renderer::{PromotionRendererServiceRequestRecv, PromotionRendererServiceServer},
    seller_core::{SellerCoreServiceRequestRecv, SellerCoreServiceServer},
    trade_chain::{TradeChainServiceRequestRecv, TradeChainServiceServer},
};
use tokio::{net::TcpListener, task::JoinSet};
use volo_thrift::{EntryMessage, ServerError, context::ServerContext};

use crate::{
    Addresses, Clock, Error, Faults, World, WorldSettings, call::Backend, connection, methods::Service, picture_server,
};

/// A world that is being served; dropping it ends it at once.
#[derive(Debug)]
pub struct RunningWorld {
    backend: Backend,
    addresses: Addresses,
    tasks: JoinSet<()>,
}

/// Starts all services of a world and answers once every listener is bound.
///
/// # Errors
///
/// [`Error::Listen`] where a port is in use, [`Error::PortRange`] for a base port that is too high,
/// [`Error::UnknownMethod`] for a fault of a method that does not exist.
pub async fn serve(settings: WorldSettings) -> Result<RunningWorld, Error> {
    let faults = Faults::new(&settings.faults)?;
    let backend = Backend::new(World::of(settings.seed), faults, settings.clock);
    let mut starter = Starter { settings: &settings, backend: &backend, tasks: JoinSet::new() };
    let addresses = starter.start().await?;
    Ok(RunningWorld { addresses, tasks: starter.tasks, backend })
}

impl RunningWorld {
    /// The addresses of the services.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The faults, to be set and cleared while the world runs.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.backend.faults
    }

    /// The world behind the services.
    #[must_use]
    pub fn world(&self) -> &Arc<World> {
        &self.backend.world
    }

    /// Number of calls by method, such as `product_price.MGetProductPrice`; see [`Faults::calls`].
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.backend.faults.calls()
    }

    /// The time in the world, in Unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.backend.clock().now_ms()
    }

    /// Moves, stops or starts the clock; later calls see it.
    pub fn set_clock(&self, clock: Clock) {
        self.backend.set_clock(clock);
    }

    /// Closes all listeners, so that their ports are free when this returns, and drops all connections, calls and all.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

struct Starter<'a> {
    settings: &'a WorldSettings,
    backend: &'a Backend,
    tasks: JoinSet<()>,
}

impl Starter<'_> {
    async fn start(&mut self) -> Result<Addresses, Error> {
        use Service as S;
        let of = || self.backend.clone();
        let relation = ProductRelationServiceServer::from_handler(of());
        let model = ProductModelServiceServer::from_handler(of());
        let detail = ProductDetailServiceServer::from_handler(of());
        let price = ProductPriceServiceServer::from_handler(of());
        let renderer = PromotionRendererServiceServer::from_handler(of());
        let delivery = PromotionDeliveryServiceServer::from_handler(of());
        let auction = AuctionServiceServer::from_handler(of());
        let cart = CartServiceServer::from_handler(of());
        let chain = TradeChainServiceServer::from_handler(of());
        let creator = LiveCreatorServiceServer::from_handler(of());
        let data = LiveDataServiceServer::from_handler(of());
        let seller = SellerCoreServiceServer::from_handler(of());
        Ok(Addresses {
            product_relation: self.listen::<_, ProductRelationServiceRequestRecv>(S::ProductRelation, relation).await?,
            product_model: self.listen::<_, ProductModelServiceRequestRecv>(S::ProductModel, model).await?,
            product_detail: self.listen::<_, ProductDetailServiceRequestRecv>(S::ProductDetail, detail).await?,
            product_price: self.listen::<_, ProductPriceServiceRequestRecv>(S::ProductPrice, price).await?,
            promotion_renderer: self
                .listen::<_, PromotionRendererServiceRequestRecv>(S::PromotionRenderer, renderer)
                .await?,
            promotion_delivery: self
                .listen::<_, PromotionDeliveryServiceRequestRecv>(S::PromotionDelivery, delivery)
                .await?,
            auction: self.listen::<_, AuctionServiceRequestRecv>(S::Auction, auction).await?,
            cart: self.listen::<_, CartServiceRequestRecv>(S::Cart, cart).await?,
            trade_chain: self.listen::<_, TradeChainServiceRequestRecv>(S::TradeChain, chain).await?,
            live_creator: self.listen::<_, LiveCreatorServiceRequestRecv>(S::LiveCreator, creator).await?,
            live_data: self.listen::<_, LiveDataServiceRequestRecv>(S::LiveData, data).await?,
            seller_core: self.listen::<_, SellerCoreServiceRequestRecv>(S::SellerCore, seller).await?,
            pictures: self.show_pictures().await?,
        })
    }

    async fn listen<Svc, Req>(&mut self, which: Service, service: Svc) -> Result<SocketAddr, Error>
    where
        Svc: volo::service::Service<ServerContext, Req, Error = ServerError> + Send + Sync + 'static,
        Svc::Response: EntryMessage + Send + Sync + 'static,
        Req: EntryMessage + Send + 'static,
    {
        let port = self.port(which)?;
        let (listener, address) = self.bind(which.name(), port).await?;
        let faults = Arc::clone(&self.backend.faults);
        self.tasks.spawn(connection::accept(listener, service, which, faults));
        Ok(address)
    }

    async fn show_pictures(&mut self) -> Result<SocketAddr, Error> {
        let (listener, address) = self.bind("pictures", self.settings.picture_port).await?;
        let world = Arc::clone(&self.backend.world);
        self.tasks.spawn(picture_server::accept(listener, world));
        Ok(address)
    }

    fn port(&self, which: Service) -> Result<u16, Error> {
        let base_port = self.settings.base_port;
        if base_port == 0 {
            return Ok(0);
        }
        let count = u16::try_from(Service::ALL.len()).unwrap_or(u16::MAX);
        // The whole range is checked for each of them, so that the first one reports the error before anything is
        // bound.
        if base_port.checked_add(count - 1).is_none() {
            return Err(Error::PortRange { base_port, count });
        }
        Ok(base_port + which as u16)
    }

    async fn bind(&self, what: &'static str, port: u16) -> Result<(TcpListener, SocketAddr), Error> {
        let address = SocketAddr::new(self.settings.bind, port);
        let failed = |source| Error::Listen { what, address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        Ok((listener, bound))
    }
}
