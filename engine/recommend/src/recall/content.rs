//! `recall.content`: items whose tags match the viewer's profile, read from one inverted list per tag.

use std::{collections::HashSet, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tally::{LIMIT, Tally};
use crate::{
    ask::Request,
    error::NodeError,
    hits::Hits,
    items::ItemData,
    key::Key,
    node::{Call, Source, Work},
    parts::Lists,
    types::{Configure, Site},
};

/// Parameters of `recall.content`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentParams {
    /// Key of the profile that holds weights by tag.
    #[serde(default = "tags")]
    profile: String,
    /// Key of the list of one tag, with `{tag}`: items with the tag's weight.
    key: Option<Key>,
    /// Similarity.
    #[serde(default)]
    similarity: Similarity,
    /// For `cosine`: item feature with the norm √Σ w² of the item's tags. For `jaccard`: with the sum Σ w.
    size: Option<String>,
    /// For `tfidf`: number of items in the catalogue.
    catalogue: Option<std::num::NonZeroU64>,
    /// Maximum number of entries read from each list.
    #[serde(default = "depth")]
    depth: usize,
    /// Maximum number of hits; 500 by default.
    limit: Option<usize>,
}

/// Similarity of a profile u and an item v.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Similarity {
    /// Σ u·v.
    #[default]
    Dot,
    /// Σ u·v ÷ (‖u‖·‖v‖).
    Cosine,
    /// Generalised Jaccard: Σ min(u, v) ÷ Σ max(u, v).
    Jaccard,
    /// Σ u·v·ln(catalogue ÷ items with the tag).
    Tfidf,
}

fn tags() -> String {
    "tags".into()
}

fn depth() -> usize {
    1_000
}

/// Items whose tags match the viewer's profile. All lists are read in one batch.
pub(crate) struct ContentRecall {
    params: ContentParams,
    key: Key,
    size: Vec<String>,
    lists: Arc<dyn Lists>,
    data: ItemData,
}

impl<E> Configure<E> for ContentRecall {
    const TYPE: &'static str = "recall.content";
    type Params = ContentParams;

    fn configure(mut params: ContentParams, site: &mut Site<'_, '_, E>) -> Option<Self> {
        let needs = |name: &str| format!("is required by this similarity but missing: {name}");
        let missing = match params.similarity {
            Similarity::Cosine if params.size.is_none() => Some(("size", "feature with √Σ w²")),
            Similarity::Jaccard if params.size.is_none() => Some(("size", "feature with Σ w")),
            Similarity::Tfidf if params.catalogue.is_none() => Some(("catalogue", "number of items")),
            _ => None,
        };
        if let Some((key, name)) = missing {
            site.fault(key, needs(name), &Value::Null);
            return None;
        }
        let key = params.key.take().map_or_else(|| Key::parse("tag:{tag}").ok(), Some)?;
        let size = params.size.clone().into_iter().collect();
        let lists = Arc::clone(&site.parts().lists);
        Some(Self { params, key, size, lists, data: ItemData::of(site.parts()) })
    }
}

impl<E: Sync> Source<E> for ContentRecall {
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits> {
        Work::later(async move {
            let request = call.ask.request;
            let profile = self.profile(request).ok_or(NodeError::Lacks("profile with weights by tag"))?;
            let keys = profile.iter().map(|(tag, _)| self.key.fill(request, tag)).collect::<Result<Vec<_>, _>>()?;
            let lists = self.lists.read(keys, call.widened(self.params.depth)).wait().await?;
            let mut tally = Tally::new();
            for ((_, own), list) in profile.iter().zip(&lists) {
                let list = list.as_deref().unwrap_or(&[]);
                let rarity = self.params.catalogue.map_or(0.0, |n| (n.get() as f64 / list.len().max(1) as f64).ln());
                for hit in list {
                    tally.add(
                        hit.id,
                        match self.params.similarity {
                            Similarity::Dot | Similarity::Cosine => own * hit.score,
                            Similarity::Jaccard => own.min(hit.score),
                            Similarity::Tfidf => own * hit.score * rarity,
                        },
                    );
                }
            }
            self.divide(&mut tally, &profile).await?;
            Ok(tally.best(call.widened(self.params.limit.unwrap_or(LIMIT)), &HashSet::new()))
        })
    }
}

impl ContentRecall {
    /// Weights by tag: an object of numbers, or a list of tags with weight 1.
    fn profile(&self, request: &Request) -> Option<Vec<(String, f64)>> {
        match request.profile.get(&self.params.profile)? {
            Value::Object(weights) => {
                Some(weights.iter().filter_map(|(tag, weight)| Some((tag.clone(), weight.as_f64()?))).collect())
            }
            Value::Array(tags) => Some(tags.iter().filter_map(|tag| Some((tag.as_str()?.to_owned(), 1.0))).collect()),
            _ => None,
        }
    }

    /// Divides by the sizes of profile and item; an item without a size is dropped, because its score is unknown.
    async fn divide(&self, tally: &mut Tally, profile: &[(String, f64)]) -> Result<(), NodeError> {
        if self.size.is_empty() || !matches!(self.params.similarity, Similarity::Cosine | Similarity::Jaccard) {
            return Ok(());
        }
        let ids = tally.ids().to_vec();
        let sizes = self.data.feature(&self.size, &ids).wait().await?;
        let sizes: std::collections::HashMap<i64, f64> = ids.iter().copied().zip(sizes).collect();
        let length = profile.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        let sum: f64 = profile.iter().map(|(_, weight)| weight).sum();
        tally.each(|id, score| {
            let size = sizes.get(&id).copied().unwrap_or(f64::NAN);
            match self.params.similarity {
                Similarity::Cosine => score / (length * size),
                _ => score / (sum + size - score),
            }
        });
        tally.drop_missing();
        Ok(())
    }
}
