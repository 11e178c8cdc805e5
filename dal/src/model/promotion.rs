//! Activities on products: discounts, campaigns, flash sales.

use std::sync::Arc;

use pilota::FastStr;
use rust_decimal::Decimal;

use super::Lookup;

/// The kinds of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActivityKind {
    /// A seller's discount.
    ProductDiscount,
    /// A seller's flash deal.
    FlashSale,
    /// A campaign of the platform.
    Campaign,
    /// A flash sale of this broadcast.
    LiveFlashSale,
    /// A flash sale of this creator's broadcast.
    CreatorLiveFlashSale,
}

impl ActivityKind {
    /// Whether it counts down: shown as a flash sale, and sorted as one.
    #[must_use]
    pub const fn is_flash(self) -> bool {
        matches!(self, Self::FlashSale | Self::LiveFlashSale | Self::CreatorLiveFlashSale)
    }
}

/// The time of a flash sale of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlashWindow {
    /// The activity.
    pub promotion_id: i64,
    /// Its kind.
    pub kind: ActivityKind,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// Units left; `None`: not limited.
    pub stock_left: Option<i32>,
}

/// The flash sales of a whole bag, aligned with [`super::Bag::entries`].
pub type BagWindows = Arc<Vec<Lookup<Vec<FlashWindow>>>>;

/// An activity on a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its id.
    pub activity_id: i64,
    /// Its kind.
    pub kind: ActivityKind,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// Units in all; `None`: not limited.
    pub stock_total: Option<i32>,
    /// Units left; `None`: not limited.
    pub stock_left: Option<i32>,
    /// Units per user; `None`: not limited.
    pub limit_per_user: Option<i32>,
    /// (variation, price); variations that are not named are not part of it.
    pub prices: Vec<(i64, Decimal)>,
    /// Its name.
    pub title: FastStr,
}

/// All activities on a product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductPromotions {
    /// Running and coming ones.
    pub activities: Vec<Activity>,
    /// Delivery costs nothing.
    pub free_shipping: bool,
    /// Comes with a gift.
    pub has_gift: bool,
}
