//! Parameters of a merge and their validation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Combine, Merge, Normalise, Strategy};
use crate::{
    spec::{Faults, known},
    types::read,
};

/// Parameters of a merge.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MergeParams {
    /// Name of the strategy.
    strategy: Name,
    /// Maximum number of items to keep; all by default.
    limit: Option<usize>,
    /// Sources in merge order; sources that are not named follow in declared order.
    order: Option<Vec<String>>,
    /// Places per source for `quota`; `*` stands for all others, else 0.
    quotas: Option<BTreeMap<String, usize>>,
    /// Shares per source for `ratio` and `hybrid_ratio`; `*` stands for all others.
    ratios: Option<BTreeMap<String, Positive>>,
    /// Factors per source for `weighted`; `*` stands for all others, else 1.
    weights: Option<BTreeMap<String, f64>>,
    /// Most items per source for `waterfall`; `*` stands for all others, else without limit.
    limits: Option<BTreeMap<String, usize>>,
    /// Scale of the scores for `weighted`; `raw` by default.
    normalise: Option<Normalise>,
    /// Combination of scores for `weighted`; `max` by default.
    combine: Option<Combine>,
    /// Constant of `rrf`; `60` by default.
    k: Option<Positive>,
    /// For `hybrid_ratio`: if sources without a ratio exceed the limit, `error` (default) or `trim`.
    over_limit: Option<OverLimit>,
}

/// A number of at least 0.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Positive(#[schemars(range(min = 0.0))] f64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Name {
    #[default]
    First,
    Union,
    Priority,
    Weighted,
    Quota,
    Ratio,
    HybridRatio,
    RoundRobin,
    Snake,
    Waterfall,
    Chain,
    Rrf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OverLimit {
    Error,
    Trim,
}

impl Name {
    /// Parameters that the strategy uses, besides `strategy` and `limit`.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::First | Self::Union => &[],
            Self::Priority | Self::RoundRobin | Self::Snake | Self::Chain => &["order"],
            Self::Weighted => &["weights", "normalise", "combine"],
            Self::Quota => &["quotas", "order"],
            Self::Ratio => &["ratios", "order"],
            Self::HybridRatio => &["ratios", "order", "over_limit"],
            Self::Waterfall => &["limits", "order"],
            Self::Rrf => &["k"],
        }
    }
}

/// Compiles a merge of the given sources; reports every fault.
pub(crate) fn configure(value: &Value, sources: &[String], path: &str, faults: &mut Faults) -> Option<Merge> {
    let before = faults.0.len();
    check_names(value, sources, path, faults);
    let params: Option<MergeParams> = read(value, path, faults);
    let name = value.get("strategy").map_or(Some(Name::First), |name| serde_json::from_value(name.clone()).ok());
    if let Some(name) = name {
        check_parameters(value, name, path, faults);
    }
    if faults.0.len() > before { None } else { Some(params?.compile(sources)) }
}

/// Each name in `order` and each key of the maps must be a source.
fn check_names(value: &Value, sources: &[String], path: &str, faults: &mut Faults) {
    let all = || sources.iter().map(String::as_str);
    let rule = |name: &str| format!("is not a source of this fan-out, {}", known(name, all()));
    for map in ["quotas", "ratios", "weights", "limits"] {
        for (name, found) in value.get(map).and_then(Value::as_object).into_iter().flatten() {
            if name != "*" && !all().any(|source| source == name) {
                faults.add(format!("{path}.{map}.{name}"), rule(name), found);
            }
        }
    }
    let order = value.get("order").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (index, found) in order.iter().enumerate() {
        let at = format!("{path}.order[{index}]");
        match found.as_str() {
            Some(name) if !all().any(|source| source == name) => faults.add(at, rule(name), found),
            Some(_) if order.get(..index).is_some_and(|before| before.contains(found)) => {
                faults.add(at, "repeats a source", found);
            }
            _ => (),
        }
    }
}

/// Reports parameters that the strategy does not use, and a missing limit of `ratio`.
fn check_parameters(value: &Value, name: Name, path: &str, faults: &mut Faults) {
    let strategy = value.get("strategy").and_then(Value::as_str).unwrap_or("first");
    let all = ["order", "quotas", "ratios", "weights", "limits", "normalise", "combine", "k", "over_limit"];
    for key in all {
        let Some(found) = value.get(key) else { continue };
        if !name.parameters().contains(&key) {
            faults.add(format!("{path}.{key}"), format!("has no meaning for the strategy {strategy}"), found);
        }
    }
    if name == Name::Ratio && value.get("limit").is_none_or(Value::is_null) {
        faults.missing(format!("{path}.limit"), "is required by the strategy ratio but missing");
    }
    let needs = match name {
        Name::Quota => Some("quotas"),
        Name::Ratio | Name::HybridRatio => Some("ratios"),
        _ => None,
    };
    if let Some(key) = needs.filter(|key| value.get(key).is_none_or(Value::is_null)) {
        faults.missing(format!("{path}.{key}"), format!("is required by the strategy {strategy} but missing"));
    }
}

impl MergeParams {
    fn compile(self, sources: &[String]) -> Merge {
        let named = self.order.unwrap_or_default();
        let slot = |name: &String| sources.iter().position(|source| source == name);
        let mut order: Vec<usize> = named.iter().filter_map(slot).collect();
        order.extend((0..sources.len()).filter(|slot| !named.iter().any(|name| sources.get(*slot) == Some(name))));
        fn by_slot<T: Copy>(map: Option<BTreeMap<String, T>>, sources: &[String]) -> Vec<Option<T>> {
            let map = map.unwrap_or_default();
            sources.iter().map(|source| map.get(source).or_else(|| map.get("*")).copied()).collect()
        }
        let or = |values: Vec<Option<usize>>, other: usize| values.into_iter().map(|v| v.unwrap_or(other)).collect();
        let ratios = || by_slot(self.ratios, sources).into_iter().map(|ratio| ratio.map(|ratio| ratio.0));
        let strategy = match self.strategy {
            Name::First | Name::Union => Strategy::First,
            Name::Priority => Strategy::Priority,
            Name::Weighted => Strategy::Weighted {
                weights: by_slot(self.weights, sources).into_iter().map(|weight| weight.unwrap_or(1.0)).collect(),
                normalise: self.normalise.unwrap_or_default(),
                combine: self.combine.unwrap_or_default(),
            },
            Name::Quota => Strategy::Quota(or(by_slot(self.quotas, sources), 0)),
            Name::Ratio => Strategy::Ratio(ratios().map(Option::unwrap_or_default).collect()),
            Name::HybridRatio => {
                Strategy::HybridRatio { ratios: ratios().collect(), trim: self.over_limit == Some(OverLimit::Trim) }
            }
            Name::RoundRobin => Strategy::RoundRobin,
            Name::Snake => Strategy::Snake,
            Name::Waterfall => Strategy::Waterfall(or(by_slot(self.limits, sources), usize::MAX)),
            Name::Chain => Strategy::Chain,
            Name::Rrf => Strategy::Rrf { k: self.k.map_or(60.0, |k| k.0) },
        };
        Merge { strategy, limit: self.limit, order }
    }
}
