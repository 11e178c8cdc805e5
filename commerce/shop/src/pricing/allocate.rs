//! Allocates an amount over weights without losing a unit.

/// Splits `amount` in proportion to `weights` by largest remainder; ties go to the earlier weight. The shares sum to exactly
/// `amount`. If all weights are zero, everything goes to the first share.
///
/// Each share is the exact share rounded down or up. Amount and weights must not be negative.
#[must_use]
pub fn allocate(amount: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().copied().map(i128::from).sum();
    if sum == 0 {
        let mut shares = vec![0; weights.len()];
        if let Some(first) = shares.first_mut() {
            *first = amount;
        }
        return shares;
    }
    let exact = |weight: i64| i128::from(amount) * i128::from(weight);
    let floor = |weight: i64| i64::try_from(exact(weight) / sum).unwrap_or(i64::MAX);
    let mut shares: Vec<i64> = weights.iter().map(|&weight| floor(weight)).collect();
    let left = amount - shares.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(weights.get(index).map_or(0, |&weight| exact(weight) % sum)));
    for index in order.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        if let Some(share) = shares.get_mut(index) {
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
    fn cases() {
        for (amount, weights, shares) in [
            (100, vec![1, 1, 1], vec![34, 33, 33]),
            (1, vec![1, 2], vec![0, 1]),
            (10, vec![333, 667, 1], vec![3, 7, 0]),
            (0, vec![5, 5], vec![0, 0]),
            (7, vec![0, 0], vec![7, 0]),
            (7, vec![], vec![]),
            (i64::MAX, vec![i64::MAX, i64::MAX], vec![i64::MAX / 2 + 1, i64::MAX / 2]),
        ] {
            assert_eq!(allocate(amount, &weights), shares, "{amount} over {weights:?}");
        }
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_amount_and_are_at_most_one_unit_off(
            amount in 0..1_000_000_000_i64,
            weights in prop::collection::vec(0..1_000_000_i64, 1..40),
        ) {
            let shares = allocate(amount, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), amount);
            let sum: i128 = weights.iter().copied().map(i128::from).sum();
            if sum > 0 {
                for (share, weight) in shares.iter().zip(&weights) {
                    let exact = i128::from(amount) * i128::from(*weight);
                    let off = i128::from(*share) * sum - exact;
                    prop_assert!(off.abs() < sum, "{share} for weight {weight}");
                }
            }
        }
    }
}
