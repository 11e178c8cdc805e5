//! Decision of one node, equivalent to LightGBM's `NumericalDecision` and `CategoricalDecision`, and to XGBoost's.

/// Treatment of values that LightGBM calls missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// NaN counts as 0; nothing is missing.
    None,
    /// 0 and NaN are missing.
    Zero,
    /// NaN is missing.
    NaN,
}

/// Categories per word of a set.
pub(super) const WORD: u32 = 32;

/// Rule that sends an `f32` value left or right.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// Left if value ≤ threshold; NaN goes left if `nan_left`.
    Threshold {
        /// The file's threshold rounded down to `f32`, which preserves every decision on `f32` values.
        threshold: f32,
        /// Direction of NaN.
        nan_left: bool,
    },
    /// Like `Threshold`, but 0 and NaN go left if `default_left`, else right.
    ZeroMissing {
        /// As above.
        threshold: f32,
        /// Direction of 0 and NaN.
        default_left: bool,
    },
    /// Left if the integer part of the value is a member; negative values and NaN go right.
    Category {
        /// Bit n of word w stands for category 32·w + n.
        members: Vec<u32>,
    },
    /// Right if the integer part of the value is a member; negative values go left, NaN if `nan_left`.
    Excluded {
        /// As above.
        members: Vec<u32>,
        /// Direction of NaN.
        nan_left: bool,
    },
}

impl Decision {
    pub(super) fn numerical(threshold: f64, missing: Missing, default_left: bool) -> Self {
        let below = rounded_down(threshold);
        match missing {
            Missing::None => Self::Threshold { threshold: below, nan_left: 0.0 <= threshold },
            Missing::NaN => Self::Threshold { threshold: below, nan_left: default_left },
            Missing::Zero => Self::ZeroMissing { threshold: below, default_left },
        }
    }

    /// Whether a value goes left.
    #[inline]
    pub(super) fn left(&self, value: f32) -> bool {
        match self {
            Self::Threshold { threshold, nan_left } => value <= *threshold || (value.is_nan() && *nan_left),
            Self::ZeroMissing { threshold, default_left } => {
                if value.is_nan() || value.abs() <= 0.0 {
                    *default_left
                } else {
                    value <= *threshold
                }
            }
            Self::Category { members } => member(members, value),
            Self::Excluded { members, nan_left } => excluded(members, *nan_left, value),
        }
    }
}

/// Membership of a category. Casts like C++; a value beyond 32 bits is not a member.
#[inline]
pub(super) fn member(members: &[u32], value: f32) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and no set reaches the largest category")]
    let category = value as i32;
    if value.is_nan() || category < 0 {
        return false;
    }
    let category = category.unsigned_abs();
    members.get((category / WORD) as usize).is_some_and(|word| word >> (category % WORD) & 1 == 1)
}

/// Whether a value goes left, given a set of excluded categories.
#[inline]
pub(super) fn excluded(members: &[u32], nan_left: bool, value: f32) -> bool {
    if value.is_nan() { nan_left } else { value < 0.0 || !member(members, value) }
}

/// The largest `f32` that is at most the value.
fn rounded_down(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "rounded down on the next line")]
    let near = value as f32;
    if f64::from(near) > value { near.next_down() } else { near }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thresholds_beyond_f32_keep_their_decisions() {
        for (value, down) in
            [(f64::MAX, f32::MAX), (-f64::MAX, f32::NEG_INFINITY), (0.1, 0.1_f32.next_down()), (0.5, 0.5)]
        {
            assert_eq!(rounded_down(value).to_bits(), down.to_bits(), "{value}");
        }
    }

    #[test]
    fn categories_are_truncated_to_integers_and_invalid_values_go_right() {
        let members = [0b1001, 1 << 31];
        let inside = [0.0, -0.5, 3.9, 63.0];
        let outside = [1.0, -1.0, 62.0, 64.0, 1e9, 1e30, -1e30, f32::NAN, f32::INFINITY];
        assert!(inside.iter().all(|value| member(&members, *value)));
        assert!(!outside.iter().any(|value| member(&members, *value)));
    }

    #[test]
    fn excluded_categories_go_right_and_invalid_values_go_left() {
        let members = [0b1001];
        let left = |value: f32| excluded(&members, false, value);
        assert!([0.0, 3.0, 3.9].iter().all(|value| !left(*value)));
        assert!([1.0, -0.5, -3.0, 32.0, 1e30].iter().all(|value| left(*value)));
        assert!(!left(f32::NAN) && excluded(&members, true, f32::NAN));
    }

    proptest! {
        #[test]
        fn rounding_down_changes_no_decision(bits in any::<u32>(), threshold in any::<f64>()) {
            let value = f32::from_bits(bits);
            prop_assert_eq!(value <= rounded_down(threshold), f64::from(value) <= threshold);
        }

        #[test]
        fn nor_next_to_the_threshold(near in any::<f32>(), step in -3_i32..3) {
            let threshold = f64::from(near) * (1.0 + f64::from(step) * 1e-12);
            for value in [near, near.next_up(), near.next_down()] {
                prop_assert_eq!(value <= rounded_down(threshold), f64::from(value) <= threshold);
            }
        }
    }
}
