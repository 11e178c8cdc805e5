//! Resident parts that nodes read: stores, embeddings, features and labels, each behind a trait.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use crate::{error::NodeError, hits::Hits, node::Work};

/// Sorted lists by key: popular items, neighbour lists, histories. One call reads all keys.
pub trait Lists: Send + Sync + 'static {
    /// The first `limit` entries for each key, in the order of the keys; `None` for a key that does not exist.
    fn read<'a>(&'a self, keys: Vec<String>, limit: usize) -> Work<'a, Vec<Option<Hits>>>;
}

/// Vectors by id, all of one dimension. Embeddings have unit length.
pub trait Vectors: Send + Sync + 'static {
    /// Number of dimensions; 0 while there is no vector.
    fn dims(&self) -> usize;

    /// The vectors of the ids, in their order.
    fn read<'a>(&'a self, ids: &'a [i64]) -> Work<'a, Rows>;

    /// The `limit` vectors with the largest inner product, best first, ties by the lower id.
    fn search<'a>(&'a self, query: Vec<f64>, limit: usize) -> Work<'a, Hits>;
}

/// Vectors of several ids, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Number of dimensions.
    pub dims: usize,
    /// `dims` numbers per id; zeros where the vector is missing.
    pub values: Vec<f64>,
    /// Positions whose vector is missing or unusable, with the reason.
    pub missing: Vec<(u32, &'static str)>,
}

/// Numbers by item and name.
pub trait FeatureStore: Send + Sync + 'static {
    /// `ids.len()` × `names.len()` values, row by row; NaN where a value is missing.
    fn read<'a>(&'a self, ids: &'a [i64], names: &'a [String]) -> Work<'a, Vec<f64>>;
}

/// Texts of one item by name.
pub type Labels = Option<Arc<BTreeMap<String, String>>>;

/// Texts by item and name.
pub trait LabelStore: Send + Sync + 'static {
    /// The labels of each id; `None` for an item without any.
    fn read<'a>(&'a self, ids: &'a [i64]) -> Work<'a, Vec<Labels>>;
}

/// The resident parts of a pipeline.
#[derive(Clone)]
pub struct Parts {
    /// Sorted lists by key.
    pub lists: Arc<dyn Lists>,
    /// Item embeddings.
    pub embeddings: Arc<dyn Vectors>,
    /// Vector sets by key, for sources that search something other than the embeddings.
    pub vectors: BTreeMap<String, Arc<dyn Vectors>>,
    /// Item features.
    pub features: Arc<dyn FeatureStore>,
    /// Item labels.
    pub labels: Arc<dyn LabelStore>,
    /// Base folder for relative model paths.
    pub folder: PathBuf,
}

/// Stand-in for a missing store: every read fails and names it.
pub(crate) struct Absent(pub(crate) String);

impl Absent {
    fn error(&self) -> NodeError {
        NodeError::Store { key: self.0.clone(), reason: "no such vector store".into() }
    }
}

impl Vectors for Absent {
    fn dims(&self) -> usize {
        0
    }

    fn read<'a>(&'a self, _: &'a [i64]) -> Work<'a, Rows> {
        Work::Now(Err(self.error()))
    }

    fn search<'a>(&'a self, _: Vec<f64>, _: usize) -> Work<'a, Hits> {
        Work::Now(Err(self.error()))
    }
}
