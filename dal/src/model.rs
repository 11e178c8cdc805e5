//! The domain types: data from downstream services, independent of their wire format.
//!
//! Money is [`rust_decimal::Decimal`], times are Unix milliseconds, texts are reference-counted [`pilota::FastStr`].

mod auction;
mod bag;
mod banner;
mod cart;
mod creator;
mod lane;
mod price;
mod product;
mod promotion;
mod room;
mod seller;
mod trace;
mod trade;
mod viewer;
mod voucher;

pub use auction::{Auction, AuctionStatus, BidderState, SurprisePrize, SurpriseSet};
pub use bag::{Bag, BagEntry, BagSummary, BagView, Pin, PinKind};
pub use banner::{BannerKind, BannerMaterial};
pub use cart::CartContent;
pub use creator::{Creator, Permission, Shop, Showcase};
pub use lane::{Lane, Traffic};
pub use price::{ProductPrice, SkuPrice};
pub use product::{
    AgeClass, BagStatus, DeliveryOption, Picture, ProductDetail, ProductLite, ProductModel, ProductStatus, Sku,
};
pub use promotion::{Activity, ActivityKind, BagWindows, FlashWindow, ProductPromotions};
pub use room::{Room, RoomState, RoomStats};
pub use seller::Seller;
pub use trace::{SpanId, Trace, TraceId, TraceParent};
pub use trade::{BlockReason, Buyable};
pub use viewer::{BucketKey, MalformedRegion, Platform, Region, RouteGroup, Viewer};
pub use voucher::{ClaimState, ClaimTask, Claims, Voucher, VoucherDisplay, VoucherFunder, VoucherKind};

/// The three results of a look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<V> {
    /// The value.
    Found(V),
    /// The service knows that there is no value.
    Missing,
    /// The service failed to answer.
    Failed,
}

impl<V> Lookup<V> {
    /// The value, if there is one. A caller that must tell "missing" from "failed" matches instead.
    pub const fn found(&self) -> Option<&V> {
        match self {
            Self::Found(value) => Some(value),
            Self::Missing | Self::Failed => None,
        }
    }

    /// Whether the service failed to answer.
    pub const fn is_failed(&self) -> bool {
        matches!(self, Self::Failed)
    }
}
