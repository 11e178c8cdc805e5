//! Vectors by id.
//!
//! File: `u64` ids, `u64` dimensions, ids (`i64`, ascending), values (`f32`, id by id), all little-endian.

use super::bytes::{Bytes, ascending};

/// Vectors of equal length in contiguous memory; look-up by binary search.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    ids: Vec<i64>,
    dim: usize,
    values: Vec<f32>,
}

impl Vectors {
    /// Vectors by ascending id; `None` unless the ids ascend, `dim` is at least 1 and the number of values is ids × `dim`.
    #[must_use]
    pub fn new(ids: Vec<i64>, dim: usize, values: Vec<f32>) -> Option<Self> {
        let fits = dim > 0 && ids.len().checked_mul(dim) == Some(values.len());
        (fits && ascending(&ids)).then_some(Self { ids, dim, values })
    }

    /// Ids, ascending.
    #[must_use]
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// Length of each vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Vector of an id.
    #[must_use]
    pub fn get(&self, id: i64) -> Option<&[f32]> {
        let at = self.ids.binary_search(&id).ok()?;
        self.values.get(at * self.dim..(at + 1) * self.dim)
    }

    /// All ids and their vectors, in ascending order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &[f32])> {
        self.ids.iter().copied().zip(self.values.chunks_exact(self.dim))
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut bytes = Bytes(bytes);
        let parts = (|| {
            let (ids, dim) = (bytes.count()?, bytes.count()?);
            let (ids, values) = (bytes.ids(ids)?, bytes.values(ids.checked_mul(dim)?)?);
            bytes.ended().then_some((ids, dim, values))
        })();
        let (ids, dim, values) = parts.ok_or("cut off, too long, or with values that are not finite")?;
        Self::new(ids, dim, values).ok_or("ids must ascend and vectors must not be empty")
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + self.ids.len() * 8 + self.values.len() * 4);
        bytes.extend((self.ids.len() as u64).to_le_bytes());
        bytes.extend((self.dim as u64).to_le_bytes());
        bytes.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
        bytes.extend(self.values.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }
}
