//! The names of the twelve services and of their methods.

use live_pack_idl::guard::{self, services};

/// One of the twelve downstream services, named as its IDL file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the IDL files, where they are explained")]
pub enum Service {
    ProductRelation,
    ProductModel,
    ProductDetail,
    ProductPrice,
    PromotionRenderer,
    PromotionDelivery,
    Auction,
    Cart,
    TradeChain,
    LiveCreator,
    LiveData,
    SellerCore,
}

impl Service {
    /// All services, in the order D1 to D12.
    pub const ALL: [Self; 12] = [
        Self::ProductRelation,
        Self::ProductModel,
        Self::ProductDetail,
        Self::ProductPrice,
        Self::PromotionRenderer,
        Self::PromotionDelivery,
        Self::Auction,
        Self::Cart,
        Self::TradeChain,
        Self::LiveCreator,
        Self::LiveData,
        Self::SellerCore,
    ];

    /// The module name, such as `product_price`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductRelation => "product_relation",
            Self::ProductModel => "product_model",
            Self::ProductDetail => "product_detail",
            Self::ProductPrice => "product_price",
            Self::PromotionRenderer => "promotion_renderer",
            Self::PromotionDelivery => "promotion_delivery",
            Self::Auction => "auction",
            Self::Cart => "cart",
            Self::TradeChain => "trade_chain",
            Self::LiveCreator => "live_creator",
            Self::LiveData => "live_data",
            Self::SellerCore => "seller_core",
        }
    }

    /// Its table for the guard.
    pub(crate) const fn table(self) -> &'static guard::Service {
        match self {
            Self::ProductRelation => services::PRODUCT_RELATION,
            Self::ProductModel => services::PRODUCT_MODEL,
            Self::ProductDetail => services::PRODUCT_DETAIL,
            Self::ProductPrice => services::PRODUCT_PRICE,
            Self::PromotionRenderer => services::PROMOTION_RENDERER,
            Self::PromotionDelivery => services::PROMOTION_DELIVERY,
            Self::Auction => services::AUCTION,
            Self::Cart => services::CART,
            Self::TradeChain => services::TRADE_CHAIN,
            Self::LiveCreator => services::LIVE_CREATOR,
            Self::LiveData => services::LIVE_DATA,
            Self::SellerCore => services::SELLER_CORE,
        }
    }
}

/// A method of one of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Method {
    GetRoomProducts,
    MGetPinned,
    MGetBagSummary,
    MGetRoomProductRelation,
    GetShowcase,
    MGetProductLite,
    MGetProductModel,
    MGetProductDetail,
    MGetProductPrice,
    MGetFlashWindows,
    RenderProductPromotions,
    MGetRoomVouchers,
    GetBanners,
    GetClaimState,
    MGetRoomAuctions,
    GetSurpriseSet,
    GetBidderState,
    GetCartCount,
    MCheckInCart,
    MCheckBuyable,
    MGetCreator,
    MGetRoom,
    MGetRoomStats,
    MGetSeller,
}

impl Method {
    pub(crate) const COUNT: usize = 24;

    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::GetRoomProducts,
        Self::MGetPinned,
        Self::MGetBagSummary,
        Self::MGetRoomProductRelation,
        Self::GetShowcase,
        Self::MGetProductLite,
        Self::MGetProductModel,
        Self::MGetProductDetail,
        Self::MGetProductPrice,
        Self::MGetFlashWindows,
        Self::RenderProductPromotions,
        Self::MGetRoomVouchers,
        Self::GetBanners,
        Self::GetClaimState,
        Self::MGetRoomAuctions,
        Self::GetSurpriseSet,
        Self::GetBidderState,
        Self::GetCartCount,
        Self::MCheckInCart,
        Self::MCheckBuyable,
        Self::MGetCreator,
        Self::MGetRoom,
        Self::MGetRoomStats,
        Self::MGetSeller,
    ];

    /// The service that the method belongs to, and its name in the IDL.
    const fn parts(self) -> (Service, &'static str) {
        match self {
            Self::GetRoomProducts => (Service::ProductRelation, "GetRoomProducts"),
            Self::MGetPinned => (Service::ProductRelation, "MGetPinned"),
            Self::MGetBagSummary => (Service::ProductRelation, "MGetBagSummary"),
            Self::MGetRoomProductRelation => (Service::ProductRelation, "MGetRoomProductRelation"),
            Self::GetShowcase => (Service::ProductRelation, "GetShowcase"),
            Self::MGetProductLite => (Service::ProductModel, "MGetProductLite"),
            Self::MGetProductModel => (Service::ProductModel, "MGetProductModel"),
            Self::MGetProductDetail => (Service::ProductDetail, "MGetProductDetail"),
            Self::MGetProductPrice => (Service::ProductPrice, "MGetProductPrice"),
            Self::MGetFlashWindows => (Service::PromotionRenderer, "MGetFlashWindows"),
            Self::RenderProductPromotions => (Service::PromotionRenderer, "RenderProductPromotions"),
            Self::MGetRoomVouchers => (Service::PromotionDelivery, "MGetRoomVouchers"),
            Self::GetBanners => (Service::PromotionDelivery, "GetBanners"),
            Self::GetClaimState => (Service::PromotionDelivery, "GetClaimState"),
            Self::MGetRoomAuctions => (Service::Auction, "MGetRoomAuctions"),
            Self::GetSurpriseSet => (Service::Auction, "GetSurpriseSet"),
            Self::GetBidderState => (Service::Auction, "GetBidderState"),
            Self::GetCartCount => (Service::Cart, "GetCartCount"),
            Self::MCheckInCart => (Service::Cart, "MCheckInCart"),
            Self::MCheckBuyable => (Service::TradeChain, "MCheckBuyable"),
            Self::MGetCreator => (Service::LiveCreator, "MGetCreator"),
            Self::MGetRoom => (Service::LiveData, "MGetRoom"),
            Self::MGetRoomStats => (Service::LiveData, "MGetRoomStats"),
            Self::MGetSeller => (Service::SellerCore, "MGetSeller"),
        }
    }

    pub(crate) const fn service(self) -> Service {
        self.parts().0
    }

    /// Such as `product_price.MGetProductPrice`.
    pub(crate) fn full_name(self) -> String {
        let (service, method) = self.parts();
        format!("{}.{method}", service.name())
    }

    /// The methods with that name: one, or with `service.*` all of a service.
    pub(crate) fn named(name: &str) -> Vec<Self> {
        let all = Self::ALL.into_iter();
        match name.strip_suffix(".*") {
            Some(service) => all.filter(|it| it.service().name() == service).collect(),
            None => all.filter(|it| it.full_name() == name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_its_name_and_by_its_service() {
        for (index, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method as usize, index);
            assert_eq!(Method::named(&method.full_name()), [method]);
        }
        for service in Service::ALL {
            let of_service = Method::named(&format!("{}.*", service.name()));
            assert!(of_service.iter().all(|method| method.service() == service));
            assert!(!of_service.is_empty());
        }
        assert!(Method::named("cart").is_empty());
        assert!(Method::named("*").is_empty());
    }
}
