//! Addresses of the services of a running world.

use std::net::SocketAddr;

use crate::methods::Service;

/// One address per service, named as its IDL file, and that of the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields carry the names of the IDL files")]
pub struct Addresses {
    pub product_relation: SocketAddr,
    pub product_model: SocketAddr,
    pub product_detail: SocketAddr,
    pub product_price: SocketAddr,
    pub promotion_renderer: SocketAddr,
    pub promotion_delivery: SocketAddr,
    pub auction: SocketAddr,
    pub cart: SocketAddr,
    pub trade_chain: SocketAddr,
    pub live_creator: SocketAddr,
    pub live_data: SocketAddr,
    pub seller_core: SocketAddr,
    pub pictures: SocketAddr,
}

impl Addresses {
    /// The address of a service.
    #[must_use]
    pub const fn of(&self, service: Service) -> SocketAddr {
        match service {
            Service::ProductRelation => self.product_relation,
            Service::ProductModel => self.product_model,
            Service::ProductDetail => self.product_detail,
            Service::ProductPrice => self.product_price,
            Service::PromotionRenderer => self.promotion_renderer,
            Service::PromotionDelivery => self.promotion_delivery,
            Service::Auction => self.auction,
            Service::Cart => self.cart,
            Service::TradeChain => self.trade_chain,
            Service::LiveCreator => self.live_creator,
            Service::LiveData => self.live_data,
            Service::SellerCore => self.seller_core,
        }
    }

    /// Names and addresses of the services, in the order of [`Service::ALL`].
    #[must_use]
    pub fn services(&self) -> [(&'static str, SocketAddr); 12] {
        Service::ALL.map(|service| (service.name(), self.of(service)))
    }
}
