//! The thresholds of the business rules, checked: what the rules read.

use crate::model::Region;

/// `FlashSaleAllConfigs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlashSaleRules {
    /// How long before its start a sale is announced.
    pub preheat_ms: i64,
    /// Progress is shown from this percent, 0 to 100.
    pub show_progress_from: i32,
    /// "Almost gone" is said from this percent, 0 to 100.
    pub almost_gone_from: i32,
    /// Whether flash sales may sort before the rest at all.
    pub sort_first: bool,
}

impl Default for FlashSaleRules {
    fn default() -> Self {
        Self { preheat_ms: 300_000, show_progress_from: 10, almost_gone_from: 80, sort_first: true }
    }
}

/// The button that leads, where both are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LeadButton {
    /// BUY_NOW stands first.
    #[default]
    BuyNow,
    /// ADD_TO_CART stands first.
    AddToCart,
}

/// `BuyButtonConfig`, for one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ButtonRules {
    /// BUY_NOW is shown.
    pub buy_now: bool,
    /// ADD_TO_CART is shown.
    pub add_to_cart: bool,
    /// Which of them leads.
    pub lead: LeadButton,
}

impl Default for ButtonRules {
    fn default() -> Self {
        Self { buy_now: true, add_to_cart: true, lead: LeadButton::BuyNow }
    }
}

/// `StockPolicyConf`: what becomes of a product that is sold out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum StockPolicy {
    /// It goes to the end.
    #[default]
    Sink,
    /// It is left out.
    Hide,
    /// It keeps its place.
    Keep,
}

/// `AtmosphereConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atmosphere {
    /// "Best seller" from so many units sold.
    pub best_seller_from: i64,
    /// "Only n left" up to so many units; also what counts as low stock.
    pub low_stock_up_to: i32,
    /// "New" for so many days after the first sale.
    pub new_for_days: i64,
    /// "Lowest in 30 days" is said.
    pub lowest_30d: bool,
}

impl Default for Atmosphere {
    fn default() -> Self {
        Self { best_seller_from: 1_000, low_stock_up_to: 10, new_for_days: 7, lowest_30d: true }
    }
}

/// When units sold are told (part of `AtmosphereConf`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldTextRules {
    /// Hidden below this.
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
    /// The oldest client that shows auctions; 0: any. A client that does not say its version (0) is let through.
    pub min_app_version: i32,
    /// Where auctions are shown; empty: everywhere.
    pub regions: Vec<Region>,
}

/// `AgeGateConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeGate {
    /// Whether restricted products are kept from minors at all.
    pub enabled: bool,
}

impl Default for AgeGate {
    fn default() -> Self {
        Self { enabled: true }
    }
}
