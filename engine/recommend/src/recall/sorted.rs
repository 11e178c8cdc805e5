//! Sources over one sorted list: `recall.hot`, `recall.latest`, `recall.top_rated`, `recall.editor`, `recall.u2i`.

#![expect(clippy::indexing_slicing, reason = "PRESET is a constant, which the compiler checks against the table")]

use std::sync::Arc;

use live_pack_recommend_model::artefact::Content;
use schemars::JsonSchema;
use serde::Deserialize;

use super::tally::{LIMIT, Tally};
use crate::{
    hits::{Hit, Hits},
    key::Key,
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Parameters of a source over one sorted list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SortedParams {
    /// Key of the list; by default, that of the preset.
    key: Option<Key>,
    /// Folder of an artefact, relative to the specification, instead of a store.
    model: Option<String>,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

/// The first entries of one list, in list order. A missing list gives an empty answer; a store error is a failure.
pub(crate) struct Sorted<const PRESET: usize> {
    body: Body,
    limit: usize,
}

enum Body {
    Store {
        key: Key,
        lists: Arc<dyn Lists>,
    },
    /// The same list for all viewers.
    Fixed(Hits),
    /// Users; the items of a viewer's neighbours are summed.
    Users(Box<Content>),
}

/// The types with their default keys.
pub(super) const PRESETS: [(&str, &str); 5] = [
    ("recall.hot", "hot"),
    ("recall.latest", "latest"),
    ("recall.top_rated", "top_rated"),
    ("recall.editor", "editor"),
    ("recall.u2i", "u2i:{viewer}"),
];

impl<E, const PRESET: usize> Configure<E> for Sorted<PRESET> {
    const TYPE: &'static str = PRESETS[PRESET].0;
    type Params = SortedParams;

    fn configure(params: SortedParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let limit = params.limit.unwrap_or(LIMIT);
        let Some(model) = &params.model else {
            let key = params.key.map_or_else(|| Key::parse(PRESETS[PRESET].1).ok(), Some)?;
            return Some(Self { body: Body::Store { key, lists: Arc::clone(&site.parts().lists) }, limit });
        };
        let body = match site.artefact("model", model)? {
            Content::Scores(lists) => {
                Body::Fixed(lists.get(0).map(|(id, score)| Hit { id, score: f64::from(score) }).collect())
            }
            users @ Content::Users { .. } => Body::Users(Box::new(users)),
            _ => {
                site.fault("model", "must be an artefact of kind scores or users", &model.as_str().into());
                return None;
            }
        };
        Some(Self { body, limit })
    }
}

impl<E: Sync, const PRESET: usize> Source<E> for Sorted<PRESET> {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        let limit = call.widened(self.limit);
        match &self.body {
            Body::Store { key, lists } => match key.fill(call.ask.request, "") {
                Ok(key) => lists.read(vec![key], limit).then(|lists| Ok(first(lists).unwrap_or_default())),
                Err(error) => Work::Now(Err(error)),
            },
            Body::Fixed(hits) => Work::now(hits.get(..limit).map_or_else(|| Arc::clone(hits), Hits::from)),
            Body::Users(content) => Work::now(of_neighbours(content, call.ask.request.viewer.map(|id| id.0), limit)),
        }
    }
}

/// The first list of an answer.
pub(super) fn first(lists: Vec<Option<Hits>>) -> Option<Hits> {
    lists.into_iter().next().flatten()
}

/// Items of the viewer's neighbours, ranked by the sum of their similarities, without the viewer's own items.
fn of_neighbours(content: &Content, viewer: Option<i64>, limit: usize) -> Hits {
    let (Content::Users { neighbours, histories }, Some(viewer)) = (content, viewer) else { return Hits::default() };
    let mut tally = Tally::new();
    for (neighbour, similarity) in neighbours.get(viewer) {
        for (item, _) in histories.get(neighbour) {
            tally.add(item, f64::from(similarity));
        }
    }
    tally.best(limit, &histories.get(viewer).map(|(item, _)| item).collect())
}
