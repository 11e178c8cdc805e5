//! What can go wrong outside the process, and whose fault it is.

use std::fmt;

use pilota::FastStr;

/// The services behind us, by the name of their module.
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

    /// The stable name, as settings and metrics write it.
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

/// How a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No answer in the time that was left, connecting included.
    Timeout,
    /// No connection came about: refused, no way there, or not within the time that connecting may take; or nobody was
    /// asked because of failures in a row. Nothing was sent.
    Unreachable,
    /// The connection was reset or closed before the answer was there.
    Broken,
    /// The service answered with an exception or a status code of its own.
    Remote,
    /// The answer could not be read, or did not answer the question.
    BadResponse,
    /// The service failed only for the key that was asked for.
    Key,
}

/// A failed call: who, which method, how. Cheap to clone, because those who share a fetch share its failure.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{downstream}.{method}: {kind:?}: {detail}")]
pub struct Error {
    /// Who failed.
    pub downstream: Downstream,
    /// The method as the IDL spells it.
    pub method: &'static str,
    /// How it failed.
    pub kind: ErrorKind,
    /// For the log only; a caller never sees it.
    pub detail: FastStr,
}

impl Error {
    /// A failure of one key of a batch whose other keys came.
    #[must_use]
    pub const fn key(downstream: Downstream, method: &'static str) -> Self {
        Self { downstream, method, kind: ErrorKind::Key, detail: FastStr::empty() }
    }

    /// Whether the same question may be put again at no risk: nobody can have begun to work on it, because none of it was
    /// sent. That is so where no connection came about ([`ErrorKind::Unreachable`]), and nowhere else: after a
    /// [`ErrorKind::Timeout`] or a [`ErrorKind::Broken`] connection the service may be at work still, and a service that
    /// has answered, however badly, has worked. All our questions are reads, so a second one would spoil no data even
    /// then; it would cost the service its work twice, just when it has too much of it.
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
