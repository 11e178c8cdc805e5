//! Data in memory: sorted lists, embeddings, features and labels from a JSON file, for tests and small catalogues.

mod lists;
mod table;
mod vectors;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

pub use lists::MemoryLists;
use serde::Deserialize;
use serde_json::Value;
pub use table::{MemoryFeatures, MemoryLabels};
pub use vectors::MemoryVectors;

use crate::{
    hits::{Hit, Hits},
    id::Id,
    parts::{Parts, Vectors},
    score::Score,
};

/// The content of a data file. All keys are optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Vectors by item; they are normalised to unit length.
    pub embeddings: BTreeMap<Id, Vec<f64>>,
    /// Numbers by item and name; `true` counts as 1, `null` as missing.
    pub features: BTreeMap<Id, BTreeMap<String, Option<Number>>>,
    /// Texts by item and name.
    pub labels: BTreeMap<Id, BTreeMap<String, String>>,
    /// Sorted lists, or vectors that are compared by inner product, by key.
    pub stores: BTreeMap<String, Store>,
}

/// A number or a boolean.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged, expecting = "a number, true, false or null")]
pub enum Number {
    /// A number.
    Number(f64),
    /// A boolean: 1 or 0.
    Truth(bool),
}

impl Number {
    fn value(self) -> f64 {
        match self {
            Self::Number(value) => value,
            Self::Truth(truth) => f64::from(u8::from(truth)),
        }
    }
}

/// A store: a sorted list, or vectors by item.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a list of [id, score], or an object of vectors by id")]
pub enum Store {
    /// Entries in the order of the list.
    List(Vec<(Id, Score)>),
    /// Vectors by item.
    Vectors(BTreeMap<Id, Vec<f64>>),
}

impl Data {
    /// Reads a data file from its JSON value.
    ///
    /// # Errors
    ///
    /// The first fault, with its path.
    pub fn read(value: &Value) -> Result<Self, serde_path_to_error::Error<serde_json::Error>> {
        serde_path_to_error::deserialize(value)
    }

    /// Turns the data into the resident parts of a pipeline; `folder` is the base folder of its models.
    #[must_use]
    pub fn into_parts(self, folder: PathBuf) -> Parts {
        let mut lists = BTreeMap::new();
        let mut vectors: BTreeMap<String, Arc<dyn Vectors>> = BTreeMap::new();
        for (key, store) in self.stores {
            match store {
                Store::List(list) => {
                    let hits: Hits = list.iter().map(|(id, score)| Hit { id: id.0, score: score.0 }).collect();
                    lists.insert(key, hits);
                }
                Store::Vectors(map) => {
                    vectors.insert(
                        key,
                        Arc::new(MemoryVectors::inner_product(map.into_iter().map(|(id, row)| (id.0, row)))),
                    );
                }
            }
        }
        let features = self.features.into_iter().map(|(id, row)| {
            let known = row.into_iter().filter_map(|(name, value)| Some((name, value?.value())));
            (id.0, known.collect::<Vec<_>>())
        });
        Parts {
            lists: Arc::new(MemoryLists::new(lists)),
            embeddings: Arc::new(MemoryVectors::new(self.embeddings.into_iter().map(|(id, row)| (id.0, row)))),
            vectors,
            features: Arc::new(MemoryFeatures::new(features)),
            labels: Arc::new(MemoryLabels::new(self.labels.into_iter().map(|(id, row)| (id.0, row)))),
            folder,
        }
    }
}

impl Default for Parts {
    fn default() -> Self {
        Data::default().into_parts(PathBuf::new())
    }
}
