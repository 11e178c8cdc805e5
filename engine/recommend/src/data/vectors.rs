//! Vectors in memory, with an exact scan.

use crate::{
    candidates::by_score,
    hits::Hit,
    index::IdIndex,
    linear::{dot, normalise},
    node::Work,
    parts::{Rows, Vectors},
};

/// Vectors by id. Most vectors decide the dimension; the others are unusable and reported when they are read.
#[derive(Debug)]
pub struct MemoryVectors {
    dims: usize,
    ids: IdIndex,
    /// `dims` numbers per id.
    values: Vec<f64>,
    /// Ids whose vector is unusable, with the reason.
    unusable: Vec<(i64, &'static str)>,
}

impl MemoryVectors {
    /// Normalises the vectors to unit length, so that their inner product is the cosine.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (i64, Vec<f64>)>) -> Self {
        Self::checked(rows, true)
    }

    /// Keeps the vectors as they are.
    #[must_use]
    pub fn inner_product(rows: impl IntoIterator<Item = (i64, Vec<f64>)>) -> Self {
        Self::checked(rows, false)
    }

    fn checked(rows: impl IntoIterator<Item = (i64, Vec<f64>)>, unit: bool) -> Self {
        let mut made = Self { dims: 0, ids: IdIndex::with_capacity(0), values: Vec::new(), unusable: Vec::new() };
        let rows: Vec<_> = rows.into_iter().collect();
        made.dims = most_frequent_length(&rows);
        for (id, mut row) in rows {
            if row.len() != made.dims {
                made.unusable.push((id, "embedding has the wrong number of dimensions"));
            } else if row.iter().any(|value| !value.is_finite()) {
                made.unusable.push((id, "embedding holds a value that is not finite"));
            } else if unit && !normalise(&mut row) {
                made.unusable.push((id, "embedding is zero"));
            } else if made.ids.insert(id).1 {
                made.values.extend(row);
            }
        }
        made.unusable.sort_unstable();
        made
    }

    fn row(&self, id: i64) -> Option<&[f64]> {
        let start = self.ids.row(id)? as usize * self.dims;
        self.values.get(start..start + self.dims)
    }
}

/// The most frequent vector length; of equally frequent ones, the shortest.
fn most_frequent_length(rows: &[(i64, Vec<f64>)]) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for (_, row) in rows.iter().filter(|(_, row)| !row.is_empty()) {
        *counts.entry(row.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(length, count)| (*count, usize::MAX - length)).map_or(0, |(length, _)| length)
}

impl Vectors for MemoryVectors {
    fn dims(&self) -> usize {
        self.dims
    }

    fn read<'a>(&'a self, ids: &'a [i64]) -> Work<'a, Rows> {
        let mut rows = Rows { dims: self.dims, values: Vec::with_capacity(ids.len() * self.dims), missing: Vec::new() };
        for (position, id) in (0u32..).zip(ids) {
            if let Some(row) = self.row(*id) {
                rows.values.extend_from_slice(row);
            } else {
                rows.values.resize(rows.values.len() + self.dims, 0.0);
                let known = self.unusable.binary_search_by_key(id, |(id, _)| *id).ok();
                let reason = known.and_then(|at| self.unusable.get(at)).map_or("no embedding", |(_, reason)| reason);
                rows.missing.push((position, reason));
            }
        }
        Work::now(rows)
    }

    fn search<'a>(&'a self, query: Vec<f64>, limit: usize) -> Work<'a, crate::hits::Hits> {
        if self.dims == 0 {
            return Work::now([].into());
        }
        if query.len() != self.dims {
            return Work::Now(Err(crate::error::NodeError::Dimensions {
                what: "the query vector".into(),
                found: query.len(),
                expected: self.dims,
            }));
        }
        let scores: Vec<f64> = self.values.chunks_exact(self.dims).map(|row| dot(row, &query)).collect();
        let best = by_score(&scores, self.ids.ids()).into_iter().take(limit);
        let hit = |at: u32| Some(Hit { id: *self.ids.ids().get(at as usize)?, score: *scores.get(at as usize)? });
        Work::now(best.filter_map(hit).collect())
    }
}
