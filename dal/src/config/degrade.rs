//! `DegradeConf`: features switched off by hand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, check::Check, keyed::Keyed};

/// A feature that can be switched off by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Auctions and their tab.
    Auction,
    /// Flash sales; without them products have their regular price.
    FlashSale,
    /// Vouchers and their tab.
    Voucher,
    /// Banners.
    Banner,
    /// The pinned card.
    PinCard,
    /// The entrance to the creator's shop.
    CreatorShop,
    /// Atmosphere labels.
    Atmosphere,
    /// The cart badge.
    Cart,
}

impl Feature {
    /// All features.
    pub const ALL: [Self; 8] = [
        Self::Auction,
        Self::FlashSale,
        Self::Voucher,
        Self::Banner,
        Self::PinCard,
        Self::CreatorShop,
        Self::Atmosphere,
        Self::Cart,
    ];

    /// The name in configuration and in clients.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auction => "auction",
            Self::FlashSale => "flash_sale",
            Self::Voucher => "voucher",
            Self::Banner => "banner",
            Self::PinCard => "pin_card",
            Self::CreatorShop => "creator_shop",
            Self::Atmosphere => "atmosphere",
            Self::Cart => "cart",
        }
    }
}

/// `DegradeConf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DegradeConf {
    off: Vec<Feature>,
}

impl DegradeConf {
    /// Whether the feature is switched off.
    #[must_use]
    pub fn is_off(&self, feature: Feature) -> bool {
        self.off.contains(&feature)
    }

    /// Whether the feature is not switched off.
    #[must_use]
    pub fn is_on(&self, feature: Feature) -> bool {
        !self.is_off(feature)
    }
}

/// Features switched off by hand.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawDegrade {
    /// Features that are off; their downstream services are not called.
    off: Vec<Feature>,
}

impl Keyed for DegradeConf {
    const KEY: Key = Key::Degrade;
    type Raw = RawDegrade;

    fn checked(raw: Self::Raw, _: &mut Check<'_>) -> Self {
        Self { off: raw.off }
    }
}
