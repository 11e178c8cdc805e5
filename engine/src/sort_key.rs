//! The key by which sorters order items.

/// The key by which items are ordered; smaller keys come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SortKey(i64);

impl SortKey {
    /// Sorts before everything.
    pub const FIRST: Self = Self(i64::MIN);
    /// Sorts after everything.
    pub const LAST: Self = Self(i64::MAX);
}

impl From<i64> for SortKey {
    fn from(key: i64) -> Self {
        Self(key)
    }
}

impl From<i32> for SortKey {
    fn from(key: i32) -> Self {
        Self(key.into())
    }
}

impl From<bool> for SortKey {
    /// `false` comes first.
    fn from(key: bool) -> Self {
        Self(key.into())
    }
}

impl From<f64> for SortKey {
    /// The total order of IEEE 754, so that NaN has a position as well.
    fn from(score: f64) -> Self {
        let bits = score.to_bits().cast_signed();
        Self(bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::SortKey;

    #[test]
    fn scores_keep_their_order_as_keys() {
        let scores = [f64::NEG_INFINITY, -2.5, -1.0, -0.0, 0.0, 1e-300, 1.0, 2.5, f64::INFINITY];
        let keys: Vec<SortKey> = scores.into_iter().map(SortKey::from).collect();
        assert!(keys.is_sorted());
    }
}
