//! The experiments, and `AbConf`: the share of viewers each is on for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, Percent, check::Check, keyed::Keyed, percent::percent};

/// An experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Experiment {
    /// On: auctions appear in the bag and as a tab.
    AuctionInBag,
    /// On: flash sales sort before the rest.
    FlashSaleFirst,
    /// Off: sold-out products keep their place whatever the stock policy.
    SoldOutSink,
    /// On: atmosphere labels may take two of the three places.
    AtmosphereV2,
    /// On: a range shows "from" its lowest price.
    PriceRangeStyle,
    /// On: the RECOMMEND tab.
    RecommendTab,
}

impl Experiment {
    /// All of them.
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

/// `AbConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbConf {
    shares: BTreeMap<Experiment, Percent>,
}

impl AbConf {
    /// The share of viewers the experiment is on for.
    #[must_use]
    pub fn share(&self, experiment: Experiment) -> Percent {
        self.shares.get(&experiment).copied().unwrap_or_else(|| experiment.shipped_share())
    }
}

/// Experiments.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawAb {
    /// By experiment; one that is left out has its shipped share.
    // by name and not by experiment: serde has no path for keys of other types
    #[schemars(with = "BTreeMap<Experiment, RawArm>")]
    experiments: BTreeMap<String, RawArm>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawArm {
    /// Share of viewers the experiment is on for: 0 to 100, at most two decimals. Raising it never removes a viewer.
    percent: serde_json::Number,
}

impl Default for RawAb {
    fn default() -> Self {
        let arm = |experiment: Experiment| {
            (experiment.name().to_owned(), RawArm { percent: (experiment.shipped_share().hundredths() / 100).into() })
        };
        Self { experiments: Experiment::ALL.into_iter().map(arm).collect() }
    }
}

impl Keyed for AbConf {
    const KEY: Key = Key::Ab;
    type Raw = RawAb;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let mut shares = BTreeMap::new();
        for (name, arm) in raw.experiments {
            let at = format!("experiments.{name}");
            let share = percent(format!("{at}.percent"), &arm.percent, check);
            match Experiment::ALL.into_iter().find(|experiment| experiment.name() == name) {
                Some(experiment) => drop(shares.insert(experiment, share)),
                None => {
                    let known = Experiment::ALL.map(Experiment::name).join(", ");
                    check.fail(at, format!("must be an experiment, one of {known}"), &name);
                }
            }
        }
        Self { shares }
    }
}
