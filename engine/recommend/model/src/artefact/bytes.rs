//! Little-endian reader that checks every length before it allocates.

/// The unread rest of a file.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self, count: usize) -> Option<impl Iterator<Item = [u8; N]>> {
        let (front, rest) = self.0.split_at_checked(count.checked_mul(N)?)?;
        self.0 = rest;
        Some(front.as_chunks::<N>().0.iter().copied())
    }

    /// One count.
    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(1)?.next()?)).ok()
    }

    /// `count` counts.
    pub(super) fn counts(&mut self, count: usize) -> Option<Vec<usize>> {
        self.take(count)?.map(|bytes| usize::try_from(u64::from_le_bytes(bytes)).ok()).collect()
    }

    /// `count` ids.
    pub(super) fn ids(&mut self, count: usize) -> Option<Vec<i64>> {
        Some(self.take(count)?.map(i64::from_le_bytes).collect())
    }

    /// `count` finite values.
    pub(super) fn values(&mut self, count: usize) -> Option<Vec<f32>> {
        let values: Vec<f32> = self.take(count)?.map(f32::from_le_bytes).collect();
        values.iter().all(|value| value.is_finite()).then_some(values)
    }

    /// Whether everything has been read.
    pub(super) fn ended(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether ids are strictly ascending, as binary search requires.
pub(super) fn ascending(ids: &[i64]) -> bool {
    ids.is_sorted_by(|one, other| one < other)
}
