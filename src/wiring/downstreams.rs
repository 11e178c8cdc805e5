//! The addresses of the twelve downstream services: embedded, or from the settings.

use live_pack_dal::{
    Downstream,
    rpc::{Addresses, ServiceAddresses},
};
use tokio::net::lookup_host;

use super::WiringError;
use crate::settings::{Settings, World};

/// The services, and the values that must live as long as they are called.
pub(super) struct Downstreams {
    /// Their addresses.
    pub(super) addresses: ServiceAddresses,
    /// The server of their pictures; `None`: from the settings.
    pub(super) pictures: Option<String>,
    /// The embedded world; dropping it ends it.
    #[cfg(feature = "world")]
    _world: Option<live_pack_commerce::RunningWorld>,
}

impl Downstreams {
    /// Starts the embedded world, or resolves the addresses.
    ///
    /// # Errors
    /// An address cannot be resolved, or the world cannot be started.
    pub(super) async fn of(settings: &Settings) -> Result<Self, WiringError> {
        match &settings.world {
            World::Embedded => Self::embedded(settings).await,
            World::Remote(named) => {
                let mut found = Vec::with_capacity(Downstream::RPC.len());
                for service in Downstream::RPC {
                    let addr = named.get(&service).cloned().unwrap_or_default();
                    found.push(resolve(service, addr).await?);
                }
                let mut found = found.into_iter();
                // twelve were requested, so twelve were found
                let unused = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
                let addresses = ServiceAddresses::each(|_| Addresses::one(found.next().unwrap_or(unused)));
                Ok(Self {
                    addresses,
                    pictures: None,
                    #[cfg(feature = "world")]
                    _world: None,
                })
            }
        }
    }

    #[cfg(feature = "world")]
    async fn embedded(settings: &Settings) -> Result<Self, WiringError> {
        let world = super::world::embedded(settings.clock).await?;
        let found = world.addresses().services();
        let pictures = Some(format!("http://{}", world.addresses().pictures));
        let mut found = found.into_iter().map(|(_, addr)| addr);
        let unused = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
        // both sides list the services in the order of their numbers, as a test shows
        let addresses = ServiceAddresses::each(|_| Addresses::one(found.next().unwrap_or(unused)));
        Ok(Self { addresses, pictures, _world: Some(world) })
    }

    #[cfg(not(feature = "world"))]
    async fn embedded(_settings: &Settings) -> Result<Self, WiringError> {
        Err(WiringError::NoWorld)
    }

    /// Name and address of each, for people.
    pub(super) fn listed(&self) -> Vec<(String, String)> {
        let of =
            |service: Downstream, addresses: &Addresses| (service.name().to_owned(), addresses.default.to_string());
        let a = &self.addresses;
        let all = [
            &a.product_relation,
            &a.product_model,
            &a.product_detail,
            &a.product_price,
            &a.promotion_renderer,
            &a.promotion_delivery,
            &a.auction,
            &a.cart,
            &a.trade_chain,
            &a.live_creator,
            &a.live_data,
            &a.seller_core,
        ];
        Downstream::RPC.into_iter().zip(all).map(|(service, addresses)| of(service, addresses)).collect()
    }
}

async fn resolve(service: Downstream, addr: String) -> Result<std::net::SocketAddr, WiringError> {
    let fault = |source| WiringError::Address { service: service.name(), addr: addr.clone(), source };
    let mut found = lookup_host(&addr).await.map_err(fault)?;
    found.next().ok_or_else(|| fault(std::io::Error::other("the name has no address")))
}
