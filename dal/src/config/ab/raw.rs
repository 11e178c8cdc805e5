//! The raw form of `AbConf`, and its checks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    AbConf, Arm, Conditions, Experiment, ExperimentRules, MOST_ARMS, MOST_ARMS_IN_ALL, MOST_EXPERIMENTS, MOST_OVERLAYS,
    Param, Params, Slot,
};
use crate::{
    config::{
        EngineConf, Overlay, Percent,
        check::Check,
        engine::{RawEntry, RawVersions},
        percent::percent,
    },
    model::Platform,
};

/// Longest name of an experiment, an arm or a layer.
const LONGEST_NAME: usize = 40;

/// Experiments.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct RawAb {
    /// By name, at most 16. One that code reads and that is left out has its shipped share; any other one must have an arm
    /// with `engines`.
    experiments: BTreeMap<String, RawExperiment>,
    /// By name: experiments that no viewer is in two of. Experiments with `engines` must be in one layer together.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    layers: BTreeMap<String, Vec<RawSlot>>,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawExperiment {
    /// Instead of `arms`: the share of viewers of the arm `on`, 0 to 100, at most two decimals; the others are in the arm
    /// `off`. Raising it never removes a viewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<Number>,
    /// 1 to 8 arms. They take viewers in their order; shares of less than 100 leave the rest in no arm.
    #[serde(skip_serializing_if = "Option::is_none")]
    arms: Option<Vec<RawArm>>,
    /// By arm: users who are in it whatever the conditions, the layer and the shares say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    testers: BTreeMap<String, Vec<i64>>,
    /// These regions only; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    regions: Vec<String>,
    /// These platforms only: IOS, ANDROID, WEB; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    platforms: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_versions: Option<RawVersions>,
    /// Share of the rooms, 0 to 100; batches of rooms are then left out. Raising it never removes a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    rooms_percent: Option<Number>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawArm {
    /// Letters, digits and _.
    name: String,
    /// Share of the viewers that take part, 0 to 100, at most two decimals.
    percent: Number,
    /// Whether the experiment is on in it. Default: true, and false for arms named `off` or `control`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    /// Whole numbers by the name of the parameter, at most 8.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    params: BTreeMap<String, i64>,
    /// Entries as in `LivePackEngineConf`, over those of that file, for the viewers of the arm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    engines: Vec<RawEntry>,
}

/// The part of a layer that an experiment has.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawSlot {
    /// The experiment.
    experiment: String,
    /// Beginning of its part of the viewers, 0 to 100.
    from: Number,
    /// Size of its part, 0 to 100.
    percent: Number,
}

impl Default for RawAb {
    fn default() -> Self {
        let of = |experiment: Experiment| {
            let percent = Some((experiment.shipped_share().hundredths() / 100).into());
            (experiment.name().to_owned(), RawExperiment { percent, ..RawExperiment::default() })
        };
        Self { experiments: Experiment::ALL.into_iter().map(of).collect(), layers: BTreeMap::new() }
    }
}

impl RawAb {
    pub(super) fn checked(self, check: &mut Check<'_>) -> AbConf {
        let Self { mut experiments, layers } = self;
        let mut slots = slots(layers, &experiments, check);
        if experiments.len() > MOST_EXPERIMENTS {
            check.fail("experiments", format!("must be at most {MOST_EXPERIMENTS}"), &experiments.len());
        }
        let mut conf = AbConf { experiments: Vec::new(), overlays: Vec::new() };
        for experiment in Experiment::ALL {
            let raw = experiments.remove(experiment.name()).unwrap_or_default();
            let slot = slots.remove(experiment.name());
            let rules = raw.checked(experiment.name(), Some(experiment), slot, &mut conf.overlays, check);
            conf.experiments.push(rules);
        }
        for (name, raw) in experiments {
            let slot = slots.remove(&name);
            if !is_name(&name) || raw.arms.iter().flatten().all(|arm| arm.engines.is_empty()) {
                let known = Experiment::ALL.map(Experiment::name).join(", ");
                let rule = format!("must be an experiment, one of {known}, or have an arm with engines");
                check.fail(format_args!("experiments.{name}"), rule, &name);
                continue;
            }
            let rules = raw.checked(&name, None, slot, &mut conf.overlays, check);
            conf.experiments.push(rules);
        }
        let arms: usize = conf.experiments.iter().map(|rules| rules.arms.len()).sum();
        if arms > MOST_ARMS_IN_ALL {
            check.fail("experiments", format!("must have at most {MOST_ARMS_IN_ALL} arms in all"), &arms);
        }
        check_overlays(&conf, check);
        conf
    }
}

/// Overlays must not meet in one request: their number of combinations would have no bound.
fn check_overlays(conf: &AbConf, check: &mut Check<'_>) {
    if conf.overlays.len() > MOST_OVERLAYS {
        let rule = format!("must have at most {MOST_OVERLAYS} arms with engines in all");
        check.fail("experiments", rule, &conf.overlays.len());
    }
    let mut with = conf.experiments.iter().filter(|rules| rules.arms.iter().any(|arm| arm.overlay.is_some()));
    let Some(first) = with.next() else { return };
    let layer = |rules: &ExperimentRules| rules.slot.as_ref().map(|slot| slot.layer.clone());
    for rules in with {
        if layer(rules).is_none() || layer(rules) != layer(first) {
            let rule = format!("must be in one layer with {}: both have arms with engines", first.name);
            check.fail(
                format_args!("experiments.{}", rules.name),
                rule,
                &layer(rules).as_deref().unwrap_or("no layer"),
            );
        }
        let shared = rules.testers.keys().find(|user| first.testers.contains_key(user));
        check.unset(
            shared,
            format_args!("experiments.{}.testers", rules.name),
            "must not be a tester of two experiments with engines",
        );
    }
}

impl RawExperiment {
    fn checked(
        self,
        name: &str,
        known: Option<Experiment>,
        slot: Option<Slot>,
        overlays: &mut Vec<Overlay>,
        check: &mut Check<'_>,
    ) -> ExperimentRules {
        let at = format!("experiments.{name}");
        if self.arms.is_some() {
            check.unset(self.percent.as_ref(), format_args!("{at}.percent"), "must not be set beside arms");
        }
        let arms = match self.arms {
            Some(raw) => arms(&at, name, raw, known, overlays, check),
            None => {
                let shipped = known.map_or(Percent::NONE, Experiment::shipped_share);
                on_and_off(self.percent.map_or(shipped, |raw| percent(format!("{at}.percent"), &raw, check)))
            }
        };
        let mut testers = BTreeMap::new();
        for (arm, users) in self.testers {
            let at = format!("{at}.testers.{arm}");
            let Some(index) = arms.iter().position(|known| known.name.as_str() == arm) else {
                let known: Vec<_> = arms.iter().map(|arm| arm.name.as_str()).collect();
                check.fail(at, format!("must be an arm, one of {}", known.join(", ")), &arm);
                continue;
            };
            for (number, user) in users.into_iter().enumerate() {
                if user <= 0 || testers.insert(user, index).is_some() {
                    check.fail(format_args!("{at}[{number}]"), "must be the id of a user, in one arm only", &user);
                }
            }
        }
        let versions = self.app_versions.unwrap_or_default();
        versions.check(&at, check);
        let platforms = self.platforms.iter().enumerate().filter_map(|(index, name)| {
            let found = PLATFORMS.iter().find(|(known, _)| known == name);
            if found.is_none() {
                check.fail(format_args!("{at}.platforms[{index}]"), "must be one of IOS, ANDROID, WEB", name);
            }
            found.map(|(_, platform)| *platform)
        });
        let platforms = platforms.collect();
        let conditions = Conditions {
            regions: check.regions(format_args!("{at}.regions"), &self.regions),
            platforms,
            min_app_version: versions.min,
            max_app_version: versions.max,
            rooms: self.rooms_percent.map(|raw| percent(format!("{at}.rooms_percent"), &raw, check)),
        };
        ExperimentRules { name: name.to_owned().into(), arms, testers, conditions, slot }
    }
}

const PLATFORMS: [(&str, Platform); 3] =
    [("IOS", Platform::Ios), ("ANDROID", Platform::Android), ("WEB", Platform::Web)];

/// The values of parameters that no arm sets.
fn shipped() -> Params {
    Param::ALL.map(Param::shipped)
}

/// The arms of the short form.
fn on_and_off(share: Percent) -> Vec<Arm> {
    let rest = Percent::from_hundredths(10_000 - share.hundredths()).unwrap_or(Percent::NONE);
    let arm = |name: &'static str, share, on| Arm { name: name.into(), share, on, params: shipped(), overlay: None };
    vec![arm("on", share, true), arm("off", rest, false)]
}

fn arms(
    at: &str,
    experiment: &str,
    raw: Vec<RawArm>,
    known: Option<Experiment>,
    overlays: &mut Vec<Overlay>,
    check: &mut Check<'_>,
) -> Vec<Arm> {
    if !(1..=MOST_ARMS).contains(&raw.len()) {
        check.fail(format_args!("{at}.arms"), format!("must be 1 to {MOST_ARMS} arms"), &raw.len());
    }
    let mut arms: Vec<Arm> = Vec::new();
    for (index, raw) in raw.into_iter().enumerate() {
        let at = format!("{at}.arms[{index}]");
        if !is_name(&raw.name) || arms.iter().any(|arm| arm.name.as_str() == raw.name) {
            check.fail(format_args!("{at}.name"), "must be a name of its own, of letters, digits and _", &raw.name);
        }
        let share = percent(format!("{at}.percent"), &raw.percent, check);
        let on = raw.on.unwrap_or(!["off", "control"].contains(&raw.name.as_str()));
        let params = params(&at, &raw.params, known, check);
        let name: pilota::FastStr = raw.name.into();
        let overlay = (!raw.engines.is_empty()).then(|| {
            let entries = EngineConf::overlaying(raw.engines, &at, check);
            let (experiment, path) = (experiment.to_owned().into(), format!("{at}.engines"));
            overlays.push(Overlay { experiment, arm: name.clone(), path, entries });
            overlays.len() - 1
        });
        arms.push(Arm { name, share, on, params, overlay });
    }
    let sum: u32 = arms.iter().map(|arm| u32::from(arm.share.hundredths())).sum();
    if sum > u32::from(Percent::ALL.hundredths()) {
        check.fail(format_args!("{at}.arms"), "must have shares of at most 100 together", &(f64::from(sum) / 100.0));
    }
    arms
}

fn params(at: &str, raw: &BTreeMap<String, i64>, known: Option<Experiment>, check: &mut Check<'_>) -> Params {
    let mut params = shipped();
    for (name, value) in raw {
        let at = format!("{at}.params.{name}");
        let found = Param::ALL.into_iter().zip(&mut params);
        let mut found = found.filter(|(param, _)| Some(param.experiment()) == known);
        let Some((param, slot)) = found.find(|(param, _)| param.name() == name) else {
            let all = Param::ALL.into_iter().filter(|param| Some(param.experiment()) == known).map(Param::name);
            let all: Vec<_> = all.collect();
            let rule = if all.is_empty() {
                "must not be set: the experiment has no parameters".to_owned()
            } else {
                format!("must be a parameter of the experiment, one of {}", all.join(", "))
            };
            check.fail(at, rule, name);
            continue;
        };
        let (least, most) = param.range();
        let value = check.within(at, *value, i64::from(least)..=i64::from(most));
        *slot = i32::try_from(value).unwrap_or(param.shipped());
    }
    params
}

/// The part of its layer that each experiment has.
fn slots(
    layers: BTreeMap<String, Vec<RawSlot>>,
    experiments: &BTreeMap<String, RawExperiment>,
    check: &mut Check<'_>,
) -> BTreeMap<String, Slot> {
    let mut all: BTreeMap<String, Slot> = BTreeMap::new();
    for (layer, raw) in layers {
        let above = format!("layers.{layer}");
        if !is_name(&layer) {
            check.fail(&above, "must be named by letters, digits and _", &layer);
        }
        for (index, raw) in raw.into_iter().enumerate() {
            let at = format!("{above}[{index}]");
            let from = percent(format!("{at}.from"), &raw.from, check).hundredths();
            let size = percent(format!("{at}.percent"), &raw.percent, check).hundredths();
            let slot = Slot { layer: layer.clone().into(), from, to: from.saturating_add(size) };
            if slot.to > Percent::ALL.hundredths() {
                check.fail(format_args!("{at}.percent"), "must end at 100 at most, counted from `from`", &raw.percent);
            }
            let meets = |other: &Slot| other.layer == slot.layer && slot.from < other.to && other.from < slot.to;
            if let Some((other, _)) = all.iter().find(|(_, other)| meets(other)) {
                check.fail(&at, format!("must not overlap the part of {other}"), &raw.experiment);
            }
            let exists = experiments.contains_key(&raw.experiment)
                || Experiment::ALL.into_iter().any(|known| known.name() == raw.experiment);
            if !exists || all.contains_key(&raw.experiment) {
                let rule = "must be an experiment of this file or of the code, in one layer once";
                check.fail(format_args!("{at}.experiment"), rule, &raw.experiment);
                continue;
            }
            all.insert(raw.experiment, slot);
        }
    }
    all
}

fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(good)
}
