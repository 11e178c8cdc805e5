//! The checked thresholds of the business rules.

use crate::model::Region;

/// `FlashSaleAllConfigs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlashSaleRules {
    /// Time before its start from which a sale is announced.
    pub preheat_ms: i64,
    /// Progress is shown from this percentage, 0 to 100.
    pub show_progress_from: i32,
    /// "Almost gone" is shown from this percentage, 0 to 100.
    pub almost_gone_from: i32,
    /// Whether flash sales may sort before the rest at all.
    pub sort_first: bool,
}

impl Default for FlashSaleRules {
    fn default() -> Self {
        Self { preheat_ms: 300_000, show_progress_from: 10, almost_gone_from: 80, sort_first: true }
    }
}

/// The first button, where both are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeadButton {
    /// BUY_NOW comes first.
    #[default]
    BuyNow,
    /// ADD_TO_CART comes first.
    AddToCart,
}

/// `BuyButtonConfig`, for one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ButtonRules {
    /// BUY_NOW is shown.
    pub buy_now: bool,
    /// ADD_TO_CART is shown.
    pub add_to_cart: bool,
    /// The first button, where both are shown.
    pub lead: LeadButton,
}

impl Default for ButtonRules {
    fn default() -> Self {
        Self { buy_now: true, add_to_cart: true, lead: LeadButton::BuyNow }
    }
}

/// `StockPolicyConf`: the treatment of sold-out products.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum StockPolicy {
    /// Moved to the end.
    #[default]
    Sink,
    /// Left out.
    Hide,
    /// Left in its place.
    Keep,
}

/// `AtmosphereConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atmosphere {
    /// Fewest units sold for "Best seller".
    pub best_seller_from: i64,
    /// Most units in stock for "Only n left"; also the threshold for low stock.
    pub low_stock_up_to: i32,
    /// Days after the first sale for which a product is "New".
    pub new_for_days: i64,
    /// Whether "Lowest in 30 days" is shown.
    pub lowest_30d: bool,
}

impl Default for Atmosphere {
    fn default() -> Self {
        Self { best_seller_from: 1_000, low_stock_up_to: 10, new_for_days: 7, lowest_30d: true }
    }
}

/// Thresholds for showing units sold (part of `AtmosphereConf`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldTextRules {
    /// Fewest units sold that are shown.
    pub from: i64,
}

impl Default for SoldTextRules {
    fn default() -> Self {
        Self { from: 10 }
    }
}

/// `AuctionConf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuctionRules {
    /// The oldest client version that shows auctions; 0: any. A client that states no version (0) is admitted.
    pub min_app_version: i32,
    /// Regions that show auctions; empty: all.
    pub regions: Vec<Region>,
}

/// `AgeGateConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeGate {
    /// Whether restricted products are hidden from minors.
    pub enabled: bool,
}

impl Default for AgeGate {
    fn default() -> Self {
        Self { enabled: true }
    }
}
