//! `postprocess.padding`: fills a list that is too short.

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    candidates::Candidates,
    effect::Effect,
    hits::{Hit, Hits, Item, PADDED, bad_score},
    id::Id,
    key::Key,
    node::{Call, Node, Work},
    parts::Lists,
    score::Score,
    types::{Configure, Site},
};

/// Parameters of `postprocess.padding`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaddingParams {
    /// Target number of items; shorter lists are padded.
    n: usize,
    /// Items to add, with scores, in order.
    items: Option<Vec<(Id, Score)>>,
    /// Key of a list to read instead.
    key: Option<Key>,
}

/// Appends items, marked as padded, until the list has `n`.
///
/// Items that are already in the list, were removed by a filter, or are excluded by the request are not added. The resident
/// items are copied and never changed.
pub(crate) struct Padding {
    n: usize,
    source: Source,
}

enum Source {
    Fixed(Hits),
    Store { key: Key, lists: Arc<dyn Lists> },
}

impl<E> Configure<E> for Padding {
    const TYPE: &'static str = "postprocess.padding";
    type Params = PaddingParams;

    fn configure(params: PaddingParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let source = match (params.items, params.key) {
            (Some(items), None) => {
                Source::Fixed(items.iter().map(|(id, score)| Hit { id: id.0, score: score.0 }).collect())
            }
            (None, Some(key)) => Source::Store { key, lists: Arc::clone(&site.parts().lists) },
            _ => {
                site.missing("items", "either items or key is required, not both".to_owned());
                return None;
            }
        };
        Some(Self { n: params.n, source })
    }
}

impl<E> Node<E> for Padding {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect> {
        let missing = self.n.saturating_sub(list.len());
        if missing == 0 {
            return Work::now(Effect::default());
        }
        let request = call.ask.request;
        let hits = match &self.source {
            Source::Fixed(hits) => Work::now(Arc::clone(hits)),
            Source::Store { key, lists } => match key.fill(request, "") {
                // Enough even if every skipped item comes first.
                Ok(key) => lists
                    .read(vec![key], self.n + list.len() + list.removed().len() + request.exclude.len())
                    .then(|lists| Ok(lists.into_iter().next().flatten().unwrap_or_default())),
                Err(error) => Work::Now(Err(error)),
            },
        };
        hits.then(move |hits| {
            let mut known: HashSet<i64> = list.ids().iter().chain(list.removed()).copied().collect();
            known.extend(request.exclude.iter().map(|id| id.0));
            let fresh = hits.iter().filter(|hit| bad_score(hit.score).is_none() && known.insert(hit.id));
            let item = |hit: &Hit| Item { id: hit.id, score: hit.score, sources: 0, owner: PADDED };
            Ok(Effect { added: fresh.take(missing).map(item).collect(), ..Effect::default() })
        })
    }
}
