//! `filter.quality_gate` and `filter.time_decay`: bounds on features, and scores that decay with age.

use schemars::JsonSchema;
use serde::Deserialize;

use super::on_error::OnError;
use crate::{
    candidates::{Candidates, by_score},
    effect::{Effect, Removal},
    items::ItemData,
    key::DAY_MS,
    node::{Call, Node, Work},
    types::{Configure, Site},
};

/// Parameters of `filter.quality_gate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QualityGateParams {
    /// Feature to check; the score by default.
    feature: Option<String>,
    /// Minimum value.
    min: Option<f64>,
    /// Maximum value.
    max: Option<f64>,
    /// Whether to keep an item without the feature.
    #[serde(default)]
    keep_missing: bool,
    /// Behaviour when the store does not answer.
    on_error: OnError,
}

/// Removes items whose value lies outside the bounds.
pub(crate) struct QualityGate {
    names: Vec<String>,
    min: f64,
    max: f64,
    keep_missing: bool,
    on_error: OnError,
    data: ItemData,
}

impl<E> Configure<E> for QualityGate {
    const TYPE: &'static str = "filter.quality_gate";
    type Params = QualityGateParams;

    fn configure(params: QualityGateParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        if params.min.is_none() && params.max.is_none() {
            site.fault("min", "min or max is required but both are missing", &serde_json::Value::Null);
        }
        Some(Self {
            names: params.feature.into_iter().collect(),
            min: params.min.unwrap_or(f64::NEG_INFINITY),
            max: params.max.unwrap_or(f64::INFINITY),
            keep_missing: params.keep_missing,
            on_error: params.on_error,
            data: ItemData::of(site.parts()),
        })
    }
}

impl<E> Node<E> for QualityGate {
    fn run<'a>(&'a self, _: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let values = match self.names.as_slice() {
            [] => Work::now(list.scores().to_vec()),
            names => self.data.feature(names, list.ids()),
        };
        let work = values.then(|values| {
            let reason = |value: f64| match value {
                value if value.is_nan() && !self.keep_missing => Some("the value is missing"),
                value if value < self.min => Some("the value is too small"),
                value if value > self.max => Some("the value is too large"),
                _ => None,
            };
            let removed = (0u32..).zip(values).filter_map(|(at, value)| Some(Removal::new(at, reason(value)?)));
            Ok(Effect::remove(removed.collect()))
        });
        self.on_error.apply(work, list.len())
    }
}

/// Parameters of `filter.time_decay`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeDecayParams {
    /// Feature with the time of the item in milliseconds.
    feature: String,
    /// Half-life of a score in days; scores do not decay by default.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    half_life: Option<f64>,
    /// Age in days at which an item is removed.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    max_age: Option<f64>,
    /// Whether to keep an item whose time is after that of the request.
    #[serde(default)]
    keep_future: bool,
    /// Whether to keep an item without a time.
    #[serde(default)]
    keep_missing: bool,
    /// Behaviour when the store does not answer.
    on_error: OnError,
}

/// Removes items that are too old and decays scores with age.
pub(crate) struct TimeDecay {
    params: TimeDecayParams,
    names: [String; 1],
    data: ItemData,
}

impl<E> Configure<E> for TimeDecay {
    const TYPE: &'static str = "filter.time_decay";
    type Params = TimeDecayParams;

    fn configure(params: TimeDecayParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        if params.half_life.is_none() && params.max_age.is_none() {
            site.fault("max_age", "half_life or max_age is required but both are missing", &serde_json::Value::Null);
        }
        let names = [params.feature.clone()];
        Some(Self { params, names, data: ItemData::of(site.parts()) })
    }
}

impl<E: Sync> Node<E> for TimeDecay {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let now = call.ask.request.now();
        let times = self.data.feature(&self.names, list.ids());
        let work = times.then(move |times| Ok(self.effect(list, &times, now? as f64)));
        self.params.on_error.apply(work, list.len())
    }
}

impl TimeDecay {
    fn effect(&self, list: &Candidates, times: &[f64], now: f64) -> Effect {
        let ages: Vec<f64> = times.iter().map(|time| (now - time) / DAY_MS as f64).collect();
        let reason = |age: f64| match age {
            age if age.is_nan() => (!self.params.keep_missing).then_some("the time is missing"),
            age if age < 0.0 => (!self.params.keep_future).then_some("the time is after the time of the request"),
            age => self.params.max_age.filter(|most| age > *most).map(|_| "too old"),
        };
        let removed = (0u32..).zip(&ages).filter_map(|(at, age)| Some(Removal::new(at, reason(*age)?))).collect();
        let mut effect = Effect::remove(removed);
        if let Some(half_life) = self.params.half_life {
            // `max` treats missing and future times as now.
            let factor = |age: f64| 0.5_f64.powf(age.max(0.0) / half_life);
            let scores: Vec<f64> = list.scores().iter().zip(&ages).map(|(score, age)| score * factor(*age)).collect();
            effect.order = Some(by_score(&scores, list.ids()));
            effect.scores = Some(scores);
        }
        effect
    }
}
