//! Integer shares of a total by the largest remainder method.

/// Splits `total` in proportion to the weights; the shares sum to `total` unless all weights are zero.
///
/// Each share is the integer part of `total · weight ÷ sum`; the rest goes one by one to the largest remainders, ties to the
/// lower position. Weights that are not positive receive nothing.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "shares lie between 0 and the total, which is far below 2^52")]
pub fn largest_remainder(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
    if sum <= 0.0 || !sum.is_finite() {
        return vec![0; weights.len()];
    }
    let exact = |weight: f64| if weight > 0.0 { total as f64 * (weight / sum) } else { 0.0 };
    // A share that misses an integer only by rounding counts as that integer.
    let mut shares: Vec<usize> = weights.iter().map(|weight| (exact(*weight) + 1e-9).floor() as usize).collect();
    let remainder = |(weight, share): (&f64, &usize)| ((exact(*weight) - *share as f64) * 1e9).round() as i64;
    let mut queue: Vec<_> = weights.iter().zip(&shares).map(remainder).enumerate().collect();
    queue.retain(|(position, _)| weights.get(*position).is_some_and(|weight| *weight > 0.0));
    queue.sort_by_key(|(position, remainder)| (std::cmp::Reverse(*remainder), *position));
    let given: usize = shares.iter().sum();
    for (position, _) in queue.iter().cycle().take(total.saturating_sub(given)) {
        if let Some(share) = shares.get_mut(*position) {
            *share += 1;
        }
    }
    shares
}

/// Splits `total` in proportion to the weights within bounds (minimum, maximum) per share, by water-filling: shares at a
/// bound are fixed and the rest is split again. The shares sum to `total`, or to the sum of the upper bounds if that is
/// less; if the lower bounds exceed `total`, it is split over them instead.
#[must_use]
pub(crate) fn bounded_shares(total: usize, weights: &[f64], bounds: &[(usize, usize)]) -> Vec<usize> {
    let least: usize = bounds.iter().map(|bounds| bounds.0).sum();
    let most = bounds.iter().fold(0_usize, |sum, bounds| sum.saturating_add(bounds.1));
    if least > total {
        let lower: Vec<_> = bounds.iter().map(|bounds| (0, bounds.0)).collect();
        return bounded_shares(total, weights, &lower);
    }
    let total = total.min(most);
    // A weight that underflowed to zero in the exponential still takes what no other share can.
    let weights: Vec<f64> = weights.iter().map(|weight| weight.max(f64::MIN_POSITIVE)).collect();
    let mut fixed: Vec<Option<usize>> = vec![None; weights.len()];
    loop {
        let rest = total.saturating_sub(fixed.iter().flatten().sum());
        let open: Vec<f64> =
            weights.iter().zip(&fixed).map(|(weight, fixed)| if fixed.is_some() { 0.0 } else { *weight }).collect();
        let shares = largest_remainder(rest, &open);
        let shares: Vec<usize> = shares.iter().zip(&fixed).map(|(share, fixed)| fixed.unwrap_or(*share)).collect();
        let excess: usize = shares.iter().zip(bounds).map(|(share, bounds)| share.saturating_sub(bounds.1)).sum();
        let lack: usize = shares.iter().zip(bounds).map(|(share, bounds)| bounds.0.saturating_sub(*share)).sum();
        if excess == 0 && lack == 0 {
            return shares;
        }
        // Only the larger of the two sides is fixed: the other may meet its bounds once the rest is split again.
        for ((slot, share), bounds) in fixed.iter_mut().zip(&shares).zip(bounds) {
            if excess >= lack && *share > bounds.1 {
                *slot = Some(bounds.1);
            } else if excess < lack && *share < bounds.0 {
                *slot = Some(bounds.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn remainders_decide_and_ties_go_to_the_lower_position() {
        for (total, weights, shares) in [
            (10, vec![0.6, 0.4], vec![6, 4]),
            (10, vec![1.0, 1.0, 1.0], vec![4, 3, 3]),
            (10, vec![0.7, 0.3], vec![7, 3]),
            (5, vec![0.1, 0.2, 0.7], vec![1, 1, 3]),
            (3, vec![0.0, 5.0, 0.0], vec![0, 3, 0]),
            (3, vec![0.0, 0.0], vec![0, 0]),
            (0, vec![1.0], vec![0]),
        ] {
            assert_eq!(largest_remainder(total, &weights), shares, "{total} by {weights:?}");
        }
    }

    #[test]
    fn bounds_move_what_they_cut_off_to_the_others() {
        for (total, weights, bounds, shares) in [
            (10, vec![1.0, 1.0], vec![(0, 3), (0, 9)], vec![3, 7]),
            (10, vec![9.0, 1.0], vec![(0, 99), (4, 9)], vec![6, 4]),
            (10, vec![1.0, 1.0], vec![(0, 2), (0, 3)], vec![2, 3]),
            (3, vec![1.0, 1.0], vec![(4, 9), (4, 9)], vec![2, 1]),
            (20, vec![1.0, 1.0], vec![(0, 40), (0, 20)], vec![10, 10]),
            (5, vec![0.0, 1.0], vec![(0, 9), (0, 2)], vec![3, 2]),
        ] {
            assert_eq!(bounded_shares(total, &weights, &bounds), shares, "{total} by {weights:?} in {bounds:?}");
        }
    }

    proptest! {
        #[test]
        fn bounded_shares_keep_their_bounds_and_their_sum(
            total in 0_usize..200,
            groups in prop::collection::vec((0.001_f64..100.0, 0_usize..20, 0_usize..40), 1..12)
        ) {
            let weights: Vec<f64> = groups.iter().map(|group| group.0).collect();
            let bounds: Vec<(usize, usize)> = groups.iter().map(|(_, least, more)| (*least, least + more)).collect();
            let shares = bounded_shares(total, &weights, &bounds);
            let (least, most) = bounds.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            prop_assert_eq!(shares.iter().sum::<usize>(), total.min(most));
            for (share, bounds) in shares.iter().zip(&bounds) {
                prop_assert!(*share <= bounds.1);
                prop_assert!(*share >= bounds.0 || least > total);
            }
        }

        #[test]
        fn shares_sum_to_the_total_and_none_is_a_whole_place_off(
            total in 0_usize..5_000, weights in prop::collection::vec(0.001_f64..100.0, 1..20)
        ) {
            let shares = largest_remainder(total, &weights);
            prop_assert_eq!(shares.iter().sum::<usize>(), total);
            let sum: f64 = weights.iter().sum();
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!((*share as f64 - total as f64 * weight / sum).abs() < 1.0 + 1e-6);
            }
        }
    }
}
