//! `AbConf`: which share of viewers each experiment is on for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, Percent, check::Check, engine::percent, keyed::Keyed};
use crate::experiment::Experiment;

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
    experiments: BTreeMap<Experiment, RawArm>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawArm {
    /// For how many it is on: 0 to 100, at most two decimals. Raising it never drops anyone.
    percent: serde_json::Number,
}

impl Default for RawAb {
    fn default() -> Self {
        let arm = |experiment: Experiment| {
            (experiment, RawArm { percent: (experiment.shipped_share().hundredths() / 100).into() })
        };
        Self { experiments: Experiment::ALL.into_iter().map(arm).collect() }
    }
}

impl Keyed for AbConf {
    const KEY: Key = Key::Ab;
    type Raw = RawAb;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let shares = raw.experiments.into_iter().map(|(experiment, arm)| {
            (experiment, percent(format!("experiments.{}.percent", experiment.name()), &arm.percent, check))
        });
        Self { shares: shares.collect() }
    }
}
