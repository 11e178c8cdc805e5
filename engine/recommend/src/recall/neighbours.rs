//! Sources over neighbour lists: `recall.i2i`, `recall.user_history`, `recall.similar_to`.

use std::{collections::HashSet, sync::Arc};

use live_pack_recommend_model::artefact::{Content, Lists as ModelLists};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    sorted::first,
    tally::{LIMIT, Tally},
};
use crate::{
    ask::Request,
    error::NodeError,
    hits::{Hit, Hits},
    id::Id,
    key::{DAY_MS, Key},
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Default number of seeds read from a history.
const SEEDS: usize = 50;

/// Neighbour lists: a store or an artefact.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NeighbourParams {
    /// Key of the history, a list of items with times in milliseconds; the session's `history` comes first.
    history: Option<Key>,
    /// Maximum number of history items used, from the start of the list.
    seeds: Option<usize>,
    /// Half-life of a seed's weight in days; by default, all seeds have equal weight.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    half_life: Option<f64>,
    /// Key of the neighbours of one item, with `{item}`.
    neighbours: Option<Key>,
    /// Folder of an artefact, relative to the specification, instead of a store of neighbours.
    model: Option<String>,
    /// Maximum number of neighbours used per seed.
    #[serde(default = "hundred")]
    depth: usize,
    /// Whether items of the history may be returned.
    #[serde(default)]
    keep_seen: bool,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

fn hundred() -> usize {
    100
}

/// Source of the neighbours of an item.
enum Neighbours {
    Store {
        key: Key,
        lists: Arc<dyn Lists>,
    },
    /// Lists by item, and the power of the history's length by which sums are divided.
    Model {
        lists: ModelLists,
        power: f64,
    },
}

impl Neighbours {
    fn configure<E>(key: Option<Key>, model: Option<&str>, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let Some(model) = model else {
            let key = key.map_or_else(|| Key::parse("i2i:{item}").ok(), Some)?;
            return Some(Self::Store { key, lists: Arc::clone(&site.parts().lists) });
        };
        match site.artefact("model", model)? {
            Content::Items { lists, power } => Some(Self::Model { lists, power }),
            _ => {
                site.fault("model", "must be an artefact of kind items", &model.into());
                None
            }
        }
    }

    /// The neighbours of each seed, in one batch.
    async fn read(&self, request: &Request, seeds: &[Hit], depth: usize) -> Result<Vec<Hits>, NodeError> {
        match self {
            Self::Store { key, lists } => {
                let keys = seeds.iter().map(|seed| key.fill(request, &seed.id.to_string()));
                let lists = lists.read(keys.collect::<Result<_, _>>()?, depth).wait().await?;
                Ok(lists.into_iter().map(Option::unwrap_or_default).collect())
            }
            Self::Model { lists, .. } => {
                let of = |seed: &Hit| {
                    let hits = lists.get(seed.id).map(|(id, score)| Hit { id, score: f64::from(score) });
                    hits.take(depth).collect()
                };
                Ok(seeds.iter().map(of).collect())
            }
        }
    }

    fn power(&self) -> f64 {
        match self {
            Self::Store { .. } => 0.0,
            Self::Model { power, .. } => *power,
        }
    }
}

/// Neighbours of the viewer's items: Σ over the history of weight · similarity, without the history itself.
///
/// With `DECAYS`, a seed's weight is 0.5^(age ÷ half_life); the default half-life is then 7 days.
pub(crate) struct OfHistory<const DECAYS: bool> {
    params: NeighbourParams,
    history: Key,
    neighbours: Neighbours,
    lists: Arc<dyn Lists>,
}

impl<E, const DECAYS: bool> Configure<E> for OfHistory<DECAYS> {
    const TYPE: &'static str = if DECAYS { "recall.user_history" } else { "recall.i2i" };
    type Params = NeighbourParams;

    fn configure(mut params: NeighbourParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let neighbours = Neighbours::configure(params.neighbours.take(), params.model.as_deref(), site)?;
        let history = params.history.take().map_or_else(|| Key::parse("history:{viewer}").ok(), Some)?;
        if DECAYS {
            params.half_life.get_or_insert(7.0);
        }
        Some(Self { params, history, neighbours, lists: Arc::clone(&site.parts().lists) })
    }
}

impl<E: Sync, const DECAYS: bool> Source<E> for OfHistory<DECAYS> {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let request = call.ask.request;
            let limit = call.widened(self.params.seeds.unwrap_or(SEEDS));
            let seeds = history(&self.history, &self.lists, request, limit).await?;
            let neighbours = self.neighbours.read(request, &seeds, call.widened(self.params.depth)).await?;
            let mut tally = Tally::new();
            for (seed, list) in seeds.iter().zip(neighbours) {
                let weight = self.weight(seed, request)?;
                for hit in list.iter() {
                    tally.add(hit.id, weight * hit.score);
                }
            }
            let divisor = (seeds.len().max(1) as f64).powf(self.neighbours.power());
            tally.each(|_, score| score / divisor);
            let seen = if self.params.keep_seen { HashSet::new() } else { seeds.iter().map(|seed| seed.id).collect() };
            Ok(tally.best(call.widened(self.params.limit.unwrap_or(LIMIT)), &seen))
        })
    }
}

impl<const DECAYS: bool> OfHistory<DECAYS> {
    /// The weight of a seed, whose score is its time. A future time counts as now.
    fn weight(&self, seed: &Hit, request: &Request) -> Result<f64, NodeError> {
        let Some(half_life) = self.params.half_life else { return Ok(1.0) };
        let age = (request.now()? as f64 - seed.score).max(0.0) / DAY_MS as f64;
        Ok(0.5_f64.powf(age / half_life))
    }
}

/// The viewer's items: those of the session, timed as now, then those of the store.
pub(super) async fn history(
    key: &Key,
    lists: &Arc<dyn Lists>,
    request: &Request,
    limit: usize,
) -> Result<Vec<Hit>, NodeError> {
    let now = |id| Hit { id, score: request.now_ms.map_or(f64::INFINITY, |now| now as f64) };
    let mut items: Vec<Hit> = request.ids("history").into_iter().map(now).collect();
    match key.fill(request, "") {
        Ok(key) => {
            let stored = first(lists.read(vec![key], limit).wait().await?).unwrap_or_default();
            let known: HashSet<i64> = items.iter().map(|hit| hit.id).collect();
            items.extend(stored.iter().filter(|hit| !known.contains(&hit.id)));
        }
        // An anonymous viewer with a session still has a history.
        Err(error) if items.is_empty() => return Err(error),
        Err(_) => (),
    }
    items.truncate(limit);
    Ok(items)
}

/// Parameters of `recall.similar_to`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimilarParams {
    /// The item; by default, `params.item` of the request.
    item: Option<Id>,
    /// Key of the neighbours of one item, with `{item}`.
    neighbours: Option<Key>,
    /// Folder of an artefact, relative to the specification, instead of a store of neighbours.
    model: Option<String>,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

/// Neighbours of one item, without the item itself.
pub(crate) struct SimilarTo {
    item: Option<Id>,
    neighbours: Neighbours,
    limit: usize,
}

impl<E> Configure<E> for SimilarTo {
    const TYPE: &'static str = "recall.similar_to";
    type Params = SimilarParams;

    fn configure(params: SimilarParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let neighbours = Neighbours::configure(params.neighbours, params.model.as_deref(), site)?;
        Some(Self { item: params.item, neighbours, limit: params.limit.unwrap_or(LIMIT) })
    }
}

impl<E: Sync> Source<E> for SimilarTo {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let request = call.ask.request;
            let asked = request.params.get("item").and_then(|item| serde_json::from_value::<Id>(item.clone()).ok());
            let item = self.item.or(asked).ok_or(NodeError::Lacks("params.item"))?.0;
            let limit = call.widened(self.limit);
            let seed = [Hit { id: item, score: 0.0 }];
            let lists = self.neighbours.read(request, &seed, limit.saturating_add(1)).await?;
            Ok(lists.iter().flat_map(|list| list.iter()).filter(|hit| hit.id != item).take(limit).copied().collect())
        })
    }
}
