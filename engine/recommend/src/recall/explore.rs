//! `recall.explore`: new items ranked by an upper confidence bound, so that each gets enough impressions.

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    sorted::first,
    tally::{LIMIT, Tally},
};
use crate::{
    hits::Hits,
    items::ItemData,
    key::Key,
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Parameters of `recall.explore`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExploreParams {
    /// Key of the list of new items.
    key: Option<Key>,
    /// Feature with the number of impressions.
    shows: String,
    /// Feature with the number of successes.
    wins: String,
    /// Weight of the exploration bonus.
    #[schemars(range(min = 0.0))]
    c: f64,
    /// Maximum number of new items read.
    depth: usize,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

impl Default for ExploreParams {
    fn default() -> Self {
        Self { key: None, shows: "shows".into(), wins: "wins".into(), c: 1.0, depth: 1_000, limit: None }
    }
}

/// New items by x̄ + c·√(2·ln N ÷ n); an item without impressions counts as one successful impression.
pub(crate) struct Explore {
    key: Key,
    names: [String; 2],
    c: f64,
    depth: usize,
    limit: usize,
    lists: Arc<dyn Lists>,
    data: ItemData,
}

impl<E> Configure<E> for Explore {
    const TYPE: &'static str = "recall.explore";
    type Params = ExploreParams;

    fn configure(params: ExploreParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        Some(Self {
            key: params.key.map_or_else(|| Key::parse("new").ok(), Some)?,
            names: [params.shows, params.wins],
            c: params.c,
            depth: params.depth,
            limit: params.limit.unwrap_or(LIMIT),
            lists: Arc::clone(&site.parts().lists),
            data: ItemData::of(site.parts()),
        })
    }
}

impl<E: Sync> Source<E> for Explore {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let key = self.key.fill(call.ask.request, "")?;
            let list = first(self.lists.read(vec![key], call.widened(self.depth)).wait().await?).unwrap_or_default();
            let ids: Vec<i64> = list.iter().map(|hit| hit.id).collect();
            let counts = self.data.feature(&self.names, &ids).wait().await?;
            let pairs = || counts.chunks_exact(2).map(|pair| (count(pair.first()), count(pair.last())));
            let all: f64 = pairs().map(|(shows, _)| shows.max(1.0)).sum();
            let mut tally = Tally::new();
            for (id, (shows, wins)) in ids.iter().zip(pairs()) {
                let (shows, wins) = if shows < 1.0 { (1.0, 1.0) } else { (shows, wins.min(shows)) };
                tally.add(*id, wins / shows + self.c * (2.0 * all.max(1.0).ln() / shows).sqrt());
            }
            Ok(tally.best(call.widened(self.limit), &HashSet::new()))
        })
    }
}

/// A count; a missing one (NaN) is 0.
fn count(value: Option<&f64>) -> f64 {
    value.copied().unwrap_or_default().max(0.0)
}
