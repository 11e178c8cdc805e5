//! Starts and stops a world: twelve services and the picture server, each with its own listener.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use live_pack_idl::{
    Downstream,
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

use crate::{Addresses, Clock, Error, Faults, World, WorldSettings, call::Backend, connection, picture_server};

/// A running world; dropping it stops it immediately.
#[derive(Debug)]
pub struct RunningWorld {
    backend: Backend,
    addresses: Addresses,
    tasks: JoinSet<()>,
}

/// Starts all services of a world and returns once every listener is bound.
///
/// # Errors
///
/// [`Error::Listen`] if a port is in use, [`Error::PortRange`] if the base port is too high,
/// [`Error::UnknownMethod`] if a fault names an unknown method.
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

    /// The faults, which can be changed while the world runs.
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

    /// The current time in the world, in Unix milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.backend.clock().now_ms()
    }

    /// Moves, stops or starts the clock, for all later calls.
    pub fn set_clock(&self, clock: Clock) {
        self.backend.set_clock(clock);
    }

    /// Closes all listeners, so that their ports are free when this returns, and drops all connections with their calls.
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
        let mut services = BTreeMap::new();
        for service in Downstream::ALL {
            services.insert(service, self.start_one(service).await?);
        }
        Ok(Addresses::new(services, self.show_pictures().await?))
    }

    async fn start_one(&mut self, which: Downstream) -> Result<SocketAddr, Error> {
        let of = self.backend.clone();
        match which {
            Downstream::ProductRelation => {
                self.listen::<_, ProductRelationServiceRequestRecv>(
                    which,
                    ProductRelationServiceServer::from_handler(of),
                )
                .await
            }
            Downstream::ProductModel => {
                self.listen::<_, ProductModelServiceRequestRecv>(which, ProductModelServiceServer::from_handler(of))
                    .await
            }
            Downstream::ProductDetail => {
                self.listen::<_, ProductDetailServiceRequestRecv>(which, ProductDetailServiceServer::from_handler(of))
                    .await
            }
            Downstream::ProductPrice => {
                self.listen::<_, ProductPriceServiceRequestRecv>(which, ProductPriceServiceServer::from_handler(of))
                    .await
            }
            Downstream::PromotionRenderer => {
                self.listen::<_, PromotionRendererServiceRequestRecv>(
                    which,
                    PromotionRendererServiceServer::from_handler(of),
                )
                .await
            }
            Downstream::PromotionDelivery => {
                self.listen::<_, PromotionDeliveryServiceRequestRecv>(
                    which,
                    PromotionDeliveryServiceServer::from_handler(of),
                )
                .await
            }
            Downstream::Auction => {
                self.listen::<_, AuctionServiceRequestRecv>(which, AuctionServiceServer::from_handler(of)).await
            }
            Downstream::Cart => {
                self.listen::<_, CartServiceRequestRecv>(which, CartServiceServer::from_handler(of)).await
            }
            Downstream::TradeChain => {
                self.listen::<_, TradeChainServiceRequestRecv>(which, TradeChainServiceServer::from_handler(of)).await
            }
            Downstream::LiveCreator => {
                self.listen::<_, LiveCreatorServiceRequestRecv>(which, LiveCreatorServiceServer::from_handler(of)).await
            }
            Downstream::LiveData => {
                self.listen::<_, LiveDataServiceRequestRecv>(which, LiveDataServiceServer::from_handler(of)).await
            }
            Downstream::SellerCore => {
                self.listen::<_, SellerCoreServiceRequestRecv>(which, SellerCoreServiceServer::from_handler(of)).await
            }
        }
    }

    async fn listen<Svc, Req>(&mut self, which: Downstream, service: Svc) -> Result<SocketAddr, Error>
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

    fn port(&self, which: Downstream) -> Result<u16, Error> {
        let base_port = self.settings.base_port;
        if base_port == 0 {
            return Ok(0);
        }
        let count = u16::try_from(Downstream::ALL.len()).unwrap_or(u16::MAX);
        // The whole range is checked for each service, so that the first one reports the error before anything is
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
