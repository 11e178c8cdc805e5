//! Whole shares of a total: the method of the largest remainder.

/// Splits `total` in proportion to the weights; the shares sum to `total` unless all weights are zero.
///
/// Each share is the whole part of `total · weight ÷ sum`; what is left goes one by one to the largest remainders, ties
/// to the lower position. Weights that are not positive receive nothing.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "shares lie between 0 and the total, which is far below 2^52"
)]
pub fn largest_remainder(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
    if sum <= 0.0 || !sum.is_finite() {
        return vec![0; weights.len()];
    }
    let exact = |weight: f64| if weight > 0.0 { total as f64 * (weight / sum) } else { 0.0 };
    // A share that misses a whole number only by rounding counts as whole.
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

    proptest! {
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
