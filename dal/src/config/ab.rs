//! The experiments, and `AbConf`: their arms, the viewers of each, and layers of experiments that do not overlap.

use std::collections::BTreeMap;

use pilota::FastStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, Overlay, Percent, check::Check, keyed::Keyed};
use crate::model::{Platform, Region};

mod raw;

/// Maximum number of experiments.
pub const MOST_EXPERIMENTS: usize = 16;
/// Maximum number of arms of an experiment, and of parameters of an arm.
const MOST_ARMS: usize = 8;
/// Maximum number of arms of all experiments: each has about 15 series in `/metrics`.
const MOST_ARMS_IN_ALL: usize = 40;
/// Maximum number of arms with an overlay: each has plans of its own for every method.
const MOST_OVERLAYS: usize = 8;

/// An experiment that code reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Experiment {
    /// On: auctions appear in the bag and as a tab.
    AuctionInBag,
    /// On: flash sales sort before the rest.
    FlashSaleFirst,
    /// Off: sold-out products keep their place whatever the stock policy.
    SoldOutSink,
    /// On: atmosphere labels may take several of the three places.
    AtmosphereV2,
    /// On: a range shows "from" its lowest price.
    PriceRangeStyle,
    /// On: the RECOMMEND tab.
    RecommendTab,
}

impl Experiment {
    /// All experiments that code reads.
    pub const ALL: [Self; 6] = [
        Self::AuctionInBag,
        Self::FlashSaleFirst,
        Self::SoldOutSink,
        Self::AtmosphereV2,
        Self::PriceRangeStyle,
        Self::RecommendTab,
    ];

    /// The name in configuration, requests, records and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuctionInBag => "auction_in_bag",
            Self::FlashSaleFirst => "flash_sale_first",
            Self::SoldOutSink => "sold_out_sink",
            Self::AtmosphereV2 => "atmosphere_v2",
            Self::PriceRangeStyle => "price_range_style",
            Self::RecommendTab => "recommend_tab",
        }
    }

    /// The share if configuration sets none.
    #[must_use]
    pub const fn shipped_share(self) -> Percent {
        match self {
            Self::AuctionInBag | Self::FlashSaleFirst | Self::SoldOutSink => Percent::ALL,
            Self::AtmosphereV2 | Self::PriceRangeStyle | Self::RecommendTab => Percent::NONE,
        }
    }
}

/// A parameter that an arm of an experiment may set: a whole number in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param {
    /// Labels of a card that may be atmosphere labels, while [`Experiment::AtmosphereV2`] is on.
    AtmospherePlaces,
}

impl Param {
    /// All parameters.
    pub const ALL: [Self; 1] = [Self::AtmospherePlaces];

    /// The name in an arm.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtmospherePlaces => "places",
        }
    }

    /// The experiment whose arms may set it.
    #[must_use]
    pub const fn experiment(self) -> Experiment {
        match self {
            Self::AtmospherePlaces => Experiment::AtmosphereV2,
        }
    }

    /// The least and the greatest value.
    #[must_use]
    pub const fn range(self) -> (i32, i32) {
        match self {
            Self::AtmospherePlaces => (1, 3),
        }
    }

    /// The value in an arm that does not set it.
    #[must_use]
    pub const fn shipped(self) -> i32 {
        match self {
            Self::AtmospherePlaces => 2,
        }
    }
}

/// The value of every parameter, by its place in [`Param::ALL`].
pub type Params = [i32; Param::ALL.len()];

/// `AbConf`.
#[derive(Debug, Clone, PartialEq)]
pub struct AbConf {
    /// Those that code reads at their places in [`Experiment::ALL`], then the others by name.
    pub experiments: Vec<ExperimentRules>,
    /// The overlays of all arms; [`Arm::overlay`] is an index into it.
    pub overlays: Vec<Overlay>,
}

/// The rules of one experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentRules {
    /// Its name, which salts the buckets of its viewers.
    pub name: FastStr,
    /// Its arms, in the order of their ranges of buckets.
    pub arms: Vec<Arm>,
    /// Viewers who are in an arm whatever the conditions, the layer and the shares say, with its index.
    pub testers: BTreeMap<i64, usize>,
    /// The requests that take part.
    pub conditions: Conditions,
    /// The part of a layer whose viewers take part; `None`: all.
    pub slot: Option<Slot>,
}

/// An arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: FastStr,
    /// Share of the viewers that take part.
    pub share: Percent,
    /// Whether the experiment is on in it.
    pub on: bool,
    /// The parameters.
    pub params: Params,
    /// The place of its overlay in [`AbConf::overlays`].
    pub overlay: Option<usize>,
}

/// Conditions on a request. All must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conditions {
    /// Regions; empty: all.
    pub regions: Vec<Region>,
    /// Platforms; empty: all.
    pub platforms: Vec<Platform>,
    /// The oldest version of the client; a client without a version is then left out.
    pub min_app_version: Option<i32>,
    /// The newest version of the client.
    pub max_app_version: Option<i32>,
    /// Share of the rooms; `None`: every room, batches of rooms and requests without one.
    pub rooms: Option<Percent>,
}

/// A part of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The layer, whose name salts the buckets of its viewers.
    pub layer: FastStr,
    /// The first bucket.
    pub from: u16,
    /// The first bucket behind it.
    pub to: u16,
}

impl ExperimentRules {
    /// Whether an arm has an overlay that changes an engine of `method`.
    #[must_use]
    pub fn covers(&self, method: &str, overlays: &[Overlay]) -> bool {
        let mut of_arms = self.arms.iter().filter_map(|arm| overlays.get(arm.overlay?));
        of_arms.any(|overlay| overlay.entries.iter().any(|entry| entry.method.covers(method)))
    }
}

impl AbConf {
    /// The overlay of an arm, by the names of both.
    #[must_use]
    pub fn overlay_of(&self, experiment: &str, arm: &str) -> Option<Option<usize>> {
        let rules = self.experiments.iter().find(|rules| rules.name.as_str() == experiment)?;
        rules.arms.iter().find(|known| known.name.as_str() == arm).map(|arm| arm.overlay)
    }
}

impl Keyed for AbConf {
    const KEY: Key = Key::Ab;
    type Raw = raw::RawAb;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        raw.checked(check)
    }
}

#[cfg(test)]
impl AbConf {
    /// The experiments of a good text.
    pub(crate) fn parsed(text: &str) -> Self {
        super::keyed::parsed(text)
    }
}

#[cfg(test)]
mod tests;
