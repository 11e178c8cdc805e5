//! Hash index from item id to row, open addressing with linear probing.

/// Rows by id. The row of an id is the number of distinct ids inserted before it.
#[derive(Debug)]
pub(crate) struct IdIndex {
    ids: Vec<i64>,
    /// Row + 1 of the id that hashes here; 0 for an empty slot. The length is a power of two, at least twice the number of ids.
    slots: Vec<u32>,
}

impl IdIndex {
    /// An empty index for `capacity` ids; it grows if needed.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let slots = (capacity.max(4) * 2).next_power_of_two();
        Self { ids: Vec::with_capacity(capacity), slots: vec![0; slots] }
    }

    /// An index of distinct ids.
    pub(crate) fn of(ids: &[i64], capacity: usize) -> Self {
        let mut index = Self::with_capacity(capacity.max(ids.len()));
        for id in ids {
            index.insert(*id);
        }
        index
    }

    /// The distinct ids in row order.
    pub(crate) fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// Returns the row of the id and whether it is new.
    pub(crate) fn insert(&mut self, id: i64) -> (u32, bool) {
        if (self.ids.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash(id) & mask;
        loop {
            let Some(slot) = self.slots.get_mut(at) else { return (u32::MAX, false) };
            if *slot == 0 {
                self.ids.push(id);
                *slot = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
                return (*slot - 1, true);
            }
            if self.ids.get(*slot as usize - 1) == Some(&id) {
                return (*slot - 1, false);
            }
            at = (at + 1) & mask;
        }
    }

    /// The row of a known id.
    pub(crate) fn row(&self, id: i64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash(id) & mask;
        loop {
            match *self.slots.get(at)? {
                0 => return None,
                slot if self.ids.get(slot as usize - 1) == Some(&id) => return Some(slot - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let ids = std::mem::take(&mut self.ids);
        self.slots = vec![0; self.slots.len() * 2];
        for id in ids {
            self.insert(id);
        }
    }
}

/// The high bits of the product with 2⁶⁴/φ (Fibonacci hashing).
fn hash(id: i64) -> usize {
    (((id as u64) ^ ((id as u64) >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_row_while_the_index_grows() {
        let mut index = IdIndex::with_capacity(0);
        let ids: Vec<i64> = (0..5_000).map(|n: i64| n.wrapping_mul(1 << 40) - 7).collect();
        for (row, id) in (0u32..).zip(&ids) {
            assert_eq!(index.insert(*id), (row, true));
        }
        for (row, id) in (0u32..).zip(&ids) {
            assert_eq!(index.insert(*id), (row, false));
            assert_eq!(index.row(*id), Some(row));
        }
        assert_eq!(index.row(1), None);
        assert_eq!(index.ids(), ids);
    }
}
