//! Sources over a vector index: a viewer vector against the item vectors.
//!
//! `recall.mf`, `recall.two_tower`, `recall.dssm` and `recall.youtube_dnn` read a stored vector of the viewer;
//! `recall.ann`, `recall.word2vec` and `recall.bert` use the mean of the history unless declared otherwise.

#![expect(clippy::indexing_slicing, reason = "PRESET is a constant, which the compiler checks against the table")]

use std::{collections::HashSet, sync::Arc};

use live_pack_recommend_model::artefact::{Content, Vectors as ModelVectors};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{neighbours::history, tally::LIMIT};
use crate::{
    data::MemoryVectors,
    error::NodeError,
    hits::Hits,
    key::Key,
    node::{Call, Source, Work},
    parts::{Lists, Vectors},
    types::{Configure, Site},
};

/// Parameters of a source over a vector index.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VectorParams {
    /// Vector of the viewer; the default depends on the type.
    query: Option<Query>,
    /// Key of a store of item vectors, compared by inner product; by default, the embeddings, compared by cosine similarity.
    items: Option<String>,
    /// Key of a store of viewer vectors, for `stored`.
    users: Option<String>,
    /// Folder of an artefact with viewer and item vectors, relative to the specification.
    model: Option<String>,
    /// Key of the history, for `history`; the session's `history` comes first.
    history: Option<Key>,
    /// Maximum number of history items used.
    #[serde(default = "fifty")]
    seeds: usize,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

fn fifty() -> usize {
    50
}

/// Source of the viewer's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Query {
    /// A stored vector of the viewer.
    Stored,
    /// The mean of the history's vectors; the answer leaves out the items of the history.
    History,
}

/// The types, and whether each reads a stored vector by default.
pub(super) const PRESETS: [(&str, bool); 7] = [
    ("recall.mf", true),
    ("recall.ann", false),
    ("recall.two_tower", true),
    ("recall.dssm", true),
    ("recall.youtube_dnn", true),
    ("recall.word2vec", false),
    ("recall.bert", false),
];

/// A viewer vector against the item vectors.
pub(crate) struct VectorRecall<const PRESET: usize> {
    /// Viewer vectors; `None` to use the mean of the history.
    users: Option<Arc<dyn Vectors>>,
    items: Arc<dyn Vectors>,
    history: Key,
    seeds: usize,
    limit: usize,
    lists: Arc<dyn Lists>,
}

impl<E, const PRESET: usize> Configure<E> for VectorRecall<PRESET> {
    const TYPE: &'static str = PRESETS[PRESET].0;
    type Params = VectorParams;

    fn configure(params: VectorParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let query = params.query.unwrap_or(if PRESETS[PRESET].1 { Query::Stored } else { Query::History });
        let (users, items) = match &params.model {
            Some(model) => match site.artefact("model", model)? {
                Content::Vectors { users, items } => (Some(resident(&users)), resident(&items)),
                _ => {
                    site.fault("model", "must be an artefact of kind vectors", &model.as_str().into());
                    return None;
                }
            },
            None => {
                let items = params.items.as_deref().map(|key| site.vectors(key));
                let users = params.users.as_deref().map(|key| site.vectors(key));
                (users, items.unwrap_or_else(|| Arc::clone(&site.parts().embeddings)))
            }
        };
        if query == Query::Stored && users.is_none() {
            site.fault(
                "users",
                "is required by the query stored without a model, but missing",
                &serde_json::Value::Null,
            );
            return None;
        }
        let history = params.history.map_or_else(|| Key::parse("history:{viewer}").ok(), Some)?;
        Some(Self {
            users: users.filter(|_| query == Query::Stored),
            items,
            history,
            seeds: params.seeds,
            limit: params.limit.unwrap_or(LIMIT),
            lists: Arc::clone(&site.parts().lists),
        })
    }
}

/// The vectors of an artefact, compared by inner product.
fn resident(vectors: &ModelVectors) -> Arc<dyn Vectors> {
    let rows = vectors.iter().map(|(id, row)| (id, row.iter().map(|value| f64::from(*value)).collect()));
    Arc::new(MemoryVectors::inner_product(rows))
}

impl<E: Sync, const PRESET: usize> Source<E> for VectorRecall<PRESET> {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let limit = call.widened(self.limit);
            let request = call.ask.request;
            if let Some(users) = &self.users {
                let viewer = [request.viewer.ok_or(NodeError::Lacks("viewer"))?.0];
                let row = users.read(&viewer).wait().await?;
                if !row.missing.is_empty() {
                    return Ok(Hits::default()); // an unknown viewer has no vector; that is not a failure
                }
                return self.items.search(row.values, limit).wait().await;
            }
            let seeds: Vec<i64> =
                history(&self.history, &self.lists, request, self.seeds).await?.iter().map(|seed| seed.id).collect();
            let rows = self.items.read(&seeds).wait().await?;
            if rows.missing.len() == seeds.len() {
                return Ok(Hits::default());
            }
            let count = (seeds.len() - rows.missing.len()) as f64;
            let mut mean = vec![0.0; rows.dims];
            // Missing rows are all zeros.
            for row in rows.values.chunks_exact(rows.dims.max(1)) {
                mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / count);
            }
            let seen: HashSet<i64> = seeds.iter().copied().collect();
            let hits = self.items.search(mean, limit.saturating_add(seeds.len())).wait().await?;
            Ok(hits.iter().filter(|hit| !seen.contains(&hit.id)).take(limit).copied().collect())
        })
    }
}
