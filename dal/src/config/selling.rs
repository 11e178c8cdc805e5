//! The rules of selling: flash sales, buttons, stock, labels, atmosphere, auctions, age.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AgeGate, Atmosphere, AuctionRules, ButtonRules, FlashSaleRules, Key, LeadButton, SoldTextRules, StockPolicy,
    check::{Check, ms},
    keyed::Keyed,
    span::RawSpan,
};
use crate::model::Region;

/// `BuyButtonConfig`: the buttons of each region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ButtonConf {
    /// Buttons of regions without an entry.
    pub default: ButtonRules,
    /// Buttons by region.
    pub regions: BTreeMap<Region, ButtonRules>,
}

impl ButtonConf {
    /// The buttons of a region.
    #[must_use]
    pub fn of(&self, region: Region) -> ButtonRules {
        self.regions.get(&region).copied().unwrap_or(self.default)
    }
}

/// Thresholds of flash sales.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawFlashSale {
    /// Time before its start from which a sale is announced: 0ms to 7d.
    preheat: RawSpan,
    /// Progress is shown from this percentage: 0 to 100.
    show_progress_from: i32,
    /// "Almost gone" is shown from this percentage: 0 to 100.
    almost_gone_from: i32,
    /// Whether flash sales may sort before the rest at all.
    sort_first: bool,
}

impl Default for RawFlashSale {
    fn default() -> Self {
        let FlashSaleRules { preheat_ms, show_progress_from, almost_gone_from, sort_first } = FlashSaleRules::default();
        Self { preheat: RawSpan::of_ms(preheat_ms), show_progress_from, almost_gone_from, sort_first }
    }
}

impl Keyed for FlashSaleRules {
    const KEY: Key = Key::FlashSale;
    type Raw = RawFlashSale;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            preheat_ms: check.span_ms("preheat", &raw.preheat, ms(0)..=ms(7 * 86_400_000)),
            show_progress_from: check.within("show_progress_from", raw.show_progress_from, 0..=100),
            almost_gone_from: check.within("almost_gone_from", raw.almost_gone_from, 0..=100),
            sort_first: raw.sort_first,
        }
    }
}

/// Buttons per region.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawButtons {
    /// Buttons of regions without an entry.
    default: RawButton,
    /// By region; a field that is left out is as in `default`.
    regions: BTreeMap<String, RawRegionButton>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawButton {
    /// Whether BUY_NOW is shown.
    buy_now: bool,
    /// Whether ADD_TO_CART is shown.
    add_to_cart: bool,
    /// The first button; it must be shown, unless neither is.
    lead: LeadButton,
}

impl Default for RawButton {
    fn default() -> Self {
        let ButtonRules { buy_now, add_to_cart, lead } = ButtonRules::default();
        Self { buy_now, add_to_cart, lead }
    }
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawRegionButton {
    /// Whether BUY_NOW is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    buy_now: Option<bool>,
    /// Whether ADD_TO_CART is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    add_to_cart: Option<bool>,
    /// The first button.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<LeadButton>,
}

impl Keyed for ButtonConf {
    const KEY: Key = Key::BuyButton;
    type Raw = RawButtons;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let RawButton { buy_now, add_to_cart, lead } = raw.default;
        let default = ButtonRules { buy_now, add_to_cart, lead };
        check_lead("default".into(), default, check);
        let mut regions = BTreeMap::new();
        for (name, button) in raw.regions {
            let at = format!("regions.{name}");
            let rules = ButtonRules {
                buy_now: button.buy_now.unwrap_or(default.buy_now),
                add_to_cart: button.add_to_cart.unwrap_or(default.add_to_cart),
                lead: button.lead.unwrap_or(default.lead),
            };
            if let Some(region) = check.region(&at, &name) {
                regions.insert(region, rules);
            }
            check_lead(at, rules, check);
        }
        Self { default, regions }
    }
}

fn check_lead(at: String, rules: ButtonRules, check: &mut Check<'_>) {
    let shown = match rules.lead {
        LeadButton::BuyNow => rules.buy_now,
        LeadButton::AddToCart => rules.add_to_cart,
    };
    if !shown && (rules.buy_now || rules.add_to_cart) {
        check.fail(format_args!("{at}.lead"), "must be a button that is shown", &rules.lead);
    }
}

/// Treatment of sold-out products.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawStockPolicy {
    /// SINK: to the end. HIDE: left out. KEEP: keeps its place. A pinned product is never left out.
    policy: StockPolicy,
}

impl Keyed for StockPolicy {
    const KEY: Key = Key::StockPolicy;
    type Raw = RawStockPolicy;

    fn checked(raw: Self::Raw, _: &mut Check<'_>) -> Self {
        raw.policy
    }
}

/// `AtmosphereConf`, in two parts with different readers.
pub(super) struct AtmosphereConf {
    pub(super) labels: Atmosphere,
    pub(super) sold_text: SoldTextRules,
}

/// Thresholds for atmosphere labels and the sold text.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawAtmosphere {
    /// Fewest units sold for "Best seller": 1 or more.
    best_seller_from: i64,
    /// Most units in stock for "Only n left"; also the threshold for low stock: 0 to 1000.
    low_stock_up_to: i32,
    /// Days after the first sale for which a product is "New": 0 to 365.
    new_for_days: i64,
    /// Whether "Lowest in 30 days" is shown.
    lowest_30d: bool,
    /// Fewest units sold that are shown: 0 or more.
    sold_text_from: i64,
}

impl Default for RawAtmosphere {
    fn default() -> Self {
        let Atmosphere { best_seller_from, low_stock_up_to, new_for_days, lowest_30d } = Atmosphere::default();
        let SoldTextRules { from: sold_text_from } = SoldTextRules::default();
        Self { best_seller_from, low_stock_up_to, new_for_days, lowest_30d, sold_text_from }
    }
}

impl Keyed for AtmosphereConf {
    const KEY: Key = Key::Atmosphere;
    type Raw = RawAtmosphere;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let labels = Atmosphere {
            best_seller_from: check.within("best_seller_from", raw.best_seller_from, 1..=i64::MAX),
            low_stock_up_to: check.within("low_stock_up_to", raw.low_stock_up_to, 0..=1_000),
            new_for_days: check.within("new_for_days", raw.new_for_days, 0..=365),
            lowest_30d: raw.lowest_30d,
        };
        let from = check.within("sold_text_from", raw.sold_text_from, 0..=i64::MAX);
        Self { labels, sold_text: SoldTextRules { from } }
    }
}

/// Regions and clients that show auctions.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawAuction {
    /// The oldest client version that shows auctions, such as 340502; 0: any. A client that states no version is admitted.
    min_app_version: i32,
    /// Regions that show auctions; empty: all.
    regions: Vec<String>,
}

impl Keyed for AuctionRules {
    const KEY: Key = Key::Auction;
    type Raw = RawAuction;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        Self {
            min_app_version: check.within("min_app_version", raw.min_app_version, 0..=i32::MAX),
            regions: check.regions("regions", &raw.regions),
        }
    }
}

/// Whether restricted products are hidden from minors.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawAgeGate {
    /// Whether they are hidden.
    enabled: bool,
}

impl Default for RawAgeGate {
    fn default() -> Self {
        Self { enabled: AgeGate::default().enabled }
    }
}

impl Keyed for AgeGate {
    const KEY: Key = Key::AgeGate;
    type Raw = RawAgeGate;

    fn checked(raw: Self::Raw, _: &mut Check<'_>) -> Self {
        Self { enabled: raw.enabled }
    }
}
