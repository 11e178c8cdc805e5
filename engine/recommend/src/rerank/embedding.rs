//! Embeddings of a list for the re-rankers, with a deterministic substitute for each missing one.

use std::sync::Arc;

use crate::{
    candidates::Candidates,
    effect::{Effect, Lapse},
    linear::{Vectorised, normalise, vectorised},
    node::Work,
    parts::{Rows, Vectors},
};

/// Dimensions of the substitutes if no item has an embedding.
const DIMS_OF_NONE: usize = 32;

/// Unit vectors of a list.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) dims: usize,
    /// `dims` numbers per item.
    pub(super) values: Vec<f64>,
    /// Set if substitutes were used.
    pub(super) lapse: Option<Lapse>,
}

/// A re-ranker over unit vectors.
pub(super) trait OrdersVectors: Sync {
    /// The positions of the chosen items, in order. Mark implementations `#[inline(always)]`.
    fn order(&self, list: &Candidates, embedded: Embedded) -> Vec<u32>;
}

struct Ordering<'a, R> {
    ranker: &'a R,
    list: &'a Candidates,
    embedded: Embedded,
}

impl<R: OrdersVectors> Vectorised for Ordering<'_, R> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run(self) -> Vec<u32> {
        self.ranker.order(self.list, self.embedded)
    }
}

/// Applies the order of a re-ranker to a list.
pub(super) fn ordered<'a, R: OrdersVectors>(
    ranker: &'a R,
    vectors: &'a Arc<dyn Vectors>,
    list: &'a Candidates,
) -> Work<'a, Effect> {
    Embedded::read(vectors, list.ids()).then(move |mut embedded| {
        let lapse = embedded.lapse.take();
        let mut effect = Effect::order(vectorised(Ordering { ranker, list, embedded }));
        effect.facts.lapses.extend(lapse);
        Ok(effect)
    })
}

impl Embedded {
    /// Reads the vectors of the ids. Items without a usable one get a vector made from a hash of their id.
    pub(super) fn read<'a>(vectors: &'a Arc<dyn Vectors>, ids: &'a [i64]) -> Work<'a, Self> {
        vectors.read(ids).then(move |rows| Ok(Self::complete(rows, ids)))
    }

    fn complete(mut rows: Rows, ids: &[i64]) -> Self {
        if rows.dims == 0 {
            rows.dims = DIMS_OF_NONE;
            rows.values = vec![0.0; DIMS_OF_NONE * ids.len()];
        }
        let first = rows.missing.first().and_then(|(position, reason)| Some((ids.get(*position as usize)?, reason)));
        let lapse = first.map(|(id, reason)| {
            let reason =
                format!("{} of {} items use hash vectors (item {id}: {reason})", rows.missing.len(), ids.len());
            Lapse::new("", reason)
        });
        for (position, _) in &rows.missing {
            let start = *position as usize * rows.dims;
            let id = ids.get(*position as usize).copied().unwrap_or_default();
            if let Some(row) = rows.values.get_mut(start..start + rows.dims) {
                stand_in(id, row);
            }
        }
        Self { dims: rows.dims, values: rows.values, lapse }
    }

    /// The vector at a position.
    pub(super) fn row(&self, position: usize) -> &[f64] {
        self.values.get(position * self.dims..(position + 1) * self.dims).unwrap_or(&[])
    }
}

/// A unit vector made from the id by SplitMix64.
fn stand_in(id: i64, row: &mut [f64]) {
    let mut state = id as u64;
    for value in row.iter_mut() {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        *value = ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
    }
    normalise(row);
}
