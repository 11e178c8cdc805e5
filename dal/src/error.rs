//! Failures outside the process, and whose fault they are.

use std::fmt;

use pilota::FastStr;

/// The downstream services, by the name of their module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Downstream {
    /// D1.
    ProductRelation,
    /// D2.
    ProductModel,
    /// D3.
    ProductDetail,
    /// D4.
    ProductPrice,
    /// D5.
    PromotionRenderer,
    /// D6.
    PromotionDelivery,
    /// D7.
    Auction,
    /// D8.
    Cart,
    /// D9.
    TradeChain,
    /// D10.
    LiveCreator,
    /// D11.
    LiveData,
    /// D12.
    SellerCore,
    /// The cache and counter store.
    Redis,
}

impl Downstream {
    /// The twelve Thrift services, in the order of their numbers.
    pub const RPC: [Self; 12] = [
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

    /// The stable name in settings and metrics.
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
            Self::Redis => "redis",
        }
    }
}

impl fmt::Display for Downstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Kinds of failed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No answer within the time left, connecting included.
    Timeout,
    /// No connection: refused, unroutable, not within the connect timeout, or not tried after consecutive failures.
    /// Nothing was sent.
    Unreachable,
    /// The connection was reset or closed before the answer arrived.
    Broken,
    /// The service answered with an exception or a status code of its own.
    Remote,
    /// The answer could not be decoded or does not match the request.
    BadResponse,
    /// The service failed for this key only.
    Key,
}

/// A failed call. Cheap to clone: all callers of a shared fetch get the same failure.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{downstream}.{method}: {kind:?}: {detail}")]
pub struct Error {
    /// The downstream service that failed.
    pub downstream: Downstream,
    /// The method as the IDL spells it.
    pub method: &'static str,
    /// The kind of failure.
    pub kind: ErrorKind,
    /// For the log only; callers never see it.
    pub detail: FastStr,
}

impl Error {
    /// A failure of one key of a batch whose other keys succeeded.
    #[must_use]
    pub const fn key(downstream: Downstream, method: &'static str) -> Self {
        Self { downstream, method, kind: ErrorKind::Key, detail: FastStr::empty() }
    }

    /// Whether a retry is safe: true only for [`ErrorKind::Unreachable`], because nothing was sent. After a
    /// [`ErrorKind::Timeout`] or a [`ErrorKind::Broken`] connection the service may still be working, and a service
    /// that answered, however badly, has worked. All our calls are reads, so a retry would corrupt no data even then;
    /// but it would double the load of a service that may already be overloaded.
    #[must_use]
    pub const fn is_retry_safe(&self) -> bool {
        match self.kind {
            ErrorKind::Unreachable => true,
            ErrorKind::Timeout | ErrorKind::Broken | ErrorKind::Remote | ErrorKind::BadResponse | ErrorKind::Key => {
                false
            }
        }
    }
}
