//! `FcpComponentConf`: the components of a feed. "FCP" is read as *feed component platform*.

use std::{collections::BTreeMap, time::Duration};

use pilota::FastStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Key,
    check::{Check, ms},
    keyed::Keyed,
    span::RawSpan,
};

/// A component, by its key in a feed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum FcpComponent {
    /// A running auction.
    #[serde(rename = "ecom_auction")]
    Auction,
    /// A running flash sale.
    #[serde(rename = "ecom_flash_sale")]
    FlashSale,
    /// The pinned product.
    #[serde(rename = "ecom_pin_card")]
    PinCard,
    /// A voucher.
    #[serde(rename = "ecom_voucher")]
    Voucher,
    /// The entrance to the bag.
    #[serde(rename = "ecom_bag_entry")]
    BagEntry,
    /// A strip of products.
    #[serde(rename = "ecom_product_strip")]
    ProductStrip,
}

impl FcpComponent {
    /// All components, by priority: the first main one that a slot has wins.
    pub const ALL: [Self; 6] =
        [Self::Auction, Self::FlashSale, Self::PinCard, Self::Voucher, Self::BagEntry, Self::ProductStrip];

    /// The key in requests and answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Auction => "ecom_auction",
            Self::FlashSale => "ecom_flash_sale",
            Self::PinCard => "ecom_pin_card",
            Self::Voucher => "ecom_voucher",
            Self::BagEntry => "ecom_bag_entry",
            Self::ProductStrip => "ecom_product_strip",
        }
    }
}

/// `FcpComponentConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FcpConf {
    /// The rules of a scene without an entry.
    pub default: FcpScene,
    /// By the name of the scene.
    pub scenes: BTreeMap<FastStr, FcpScene>,
    /// Rooms worked on at the same time.
    pub concurrency: usize,
}

impl FcpConf {
    /// The rules of a scene.
    #[must_use]
    pub fn of(&self, scene: &str) -> &FcpScene {
        self.scenes.get(scene).unwrap_or(&self.default)
    }
}

/// The rules of one scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FcpScene {
    /// Components for a slot that requests none.
    pub components: Vec<FcpComponent>,
    /// Time for which a feed may keep the components.
    pub expire: Duration,
    /// Maximum number of products in a strip.
    pub strip_count: usize,
}

impl Default for FcpScene {
    fn default() -> Self {
        let components = FcpComponent::ALL.into_iter().filter(|component| *component != FcpComponent::ProductStrip);
        Self { components: components.collect(), expire: ms(10_000), strip_count: 3 }
    }
}

/// The components of a feed.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawFcp {
    /// The rules of a scene that `scenes` does not name.
    default: RawScene,
    /// By the name of the scene, such as `feed_preview`.
    scenes: BTreeMap<String, RawScene>,
    /// Rooms worked on at the same time: 1 to 20.
    concurrency: usize,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawScene {
    /// Components for a slot that requests none.
    components: Vec<FcpComponent>,
    /// Time for which a feed may keep the components: 1s to 1h.
    expire: RawSpan,
    /// Maximum number of products in a strip: 1 to 10.
    strip_count: usize,
}

impl Default for RawFcp {
    fn default() -> Self {
        Self { default: RawScene::default(), scenes: BTreeMap::new(), concurrency: 8 }
    }
}

impl Default for RawScene {
    fn default() -> Self {
        let FcpScene { components, expire, strip_count } = FcpScene::default();
        Self { components, expire: RawSpan::of(expire), strip_count }
    }
}

impl Keyed for FcpConf {
    const KEY: Key = Key::FcpComponent;
    type Raw = RawFcp;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let default = raw.default.checked("default", check);
        let mut scenes = BTreeMap::new();
        for (name, scene) in raw.scenes {
            let scene = scene.checked(&format!("scenes.{name}"), check);
            scenes.insert(name.into(), scene);
        }
        Self { default, scenes, concurrency: check.within("concurrency", raw.concurrency, 1..=20) }
    }
}

impl RawScene {
    fn checked(self, at: &str, check: &mut Check<'_>) -> FcpScene {
        FcpScene {
            expire: check.span(format_args!("{at}.expire"), &self.expire, ms(1_000)..=ms(3_600_000)),
            strip_count: check.within(format_args!("{at}.strip_count"), self.strip_count, 1..=10),
            components: self.components,
        }
    }
}
