//! `recall.trending`: counts of recent days, Σ count · weight · decay^days.

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::tally::{LIMIT, Tally};
use crate::{
    hits::Hits,
    key::{DAY_MS, Key},
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Parameters of `recall.trending`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrendingParams {
    /// Kinds of events, each with a list of counts per day.
    #[schemars(length(min = 1))]
    events: Vec<Event>,
    /// Number of days, today included.
    #[serde(default = "week")]
    #[schemars(range(min = 1, max = 366))]
    days: u32,
    /// Factor for each day of age.
    #[serde(default = "decay")]
    #[schemars(range(min = 0.0, max = 1.0))]
    decay: f64,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
    /// Maximum number of entries read from each list.
    #[serde(default = "depth")]
    depth: usize,
}

/// One kind of event.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Event {
    /// Key of the list for one day, with `{day}`, for example `views:{day}`.
    key: Key,
    /// Weight of one event.
    #[serde(default = "one")]
    weight: f64,
}

fn week() -> u32 {
    7
}

fn decay() -> f64 {
    0.8
}

fn depth() -> usize {
    1_000
}

fn one() -> f64 {
    1.0
}

/// Counts of recent days. All lists are read in one batch.
pub(crate) struct Trending {
    params: TrendingParams,
    lists: Arc<dyn Lists>,
}

impl<E> Configure<E> for Trending {
    const TYPE: &'static str = "recall.trending";
    type Params = TrendingParams;

    fn configure(params: TrendingParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self { params, lists: Arc::clone(&site.parts().lists) })
    }
}

impl<E: Sync> Source<E> for Trending {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        let request = call.ask.request;
        let now = match request.now() {
            Ok(now) => now,
            Err(error) => return Work::Now(Err(error)),
        };
        let mut keys = Vec::new();
        let mut weights = Vec::new();
        for age in 0..self.params.days {
            let then = now - i64::from(age) * DAY_MS;
            let decay = self.params.decay.powf(f64::from(age));
            for event in &self.params.events {
                match event.key.at(request, "", Some(then)) {
                    Ok(key) => keys.push(key),
                    Err(error) => return Work::Now(Err(error)),
                }
                weights.push(event.weight * decay);
            }
        }
        let limit = call.widened(self.params.limit.unwrap_or(LIMIT));
        self.lists.read(keys, call.widened(self.params.depth)).then(move |lists| {
            let mut tally = Tally::new();
            for (list, weight) in lists.iter().zip(weights) {
                for hit in list.iter().flat_map(|list| list.iter()) {
                    tally.add(hit.id, hit.score * weight);
                }
            }
            Ok(tally.best(limit, &HashSet::new()))
        })
    }
}
