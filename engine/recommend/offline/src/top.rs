//! Selection of the k best: by descending score, ties by the lower position.

use std::cmp::Ordering;

/// Ranking order: score descending, then position ascending. Positions follow ascending ids.
fn order(one: &(u32, f64), other: &(u32, f64)) -> Ordering {
    // 0.0 equals -0.0 in a ranking; total_cmp would distinguish them
    (other.1 + 0.0).total_cmp(&(one.1 + 0.0)).then(one.0.cmp(&other.0))
}

/// Truncates `scored` to its `k` best and sorts them.
pub(crate) fn keep_best(scored: &mut Vec<(u32, f64)>, k: usize) {
    if k == 0 {
        scored.clear();
    } else if scored.len() > k {
        scored.select_nth_unstable_by(k - 1, order);
        scored.truncate(k);
    }
    scored.sort_unstable_by(order);
}

/// The `k` best items by score, excluding `seen` (ascending positions).
pub(crate) fn best_unseen(scores: &[f64], seen: &[u32], k: usize, into: &mut Vec<(u32, f64)>) {
    into.clear();
    let mut seen = seen.iter().peekable();
    for (item, score) in (0_u32..).zip(scores) {
        if seen.next_if_eq(&&item).is_none() {
            into.push((item, *score));
        }
    }
    keep_best(into, k);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ties_go_to_the_lower_position_and_the_sign_of_zero_makes_no_difference() {
        let mut best = Vec::new();
        best_unseen(&[0.0, -0.0, 3.0, 0.0, 3.0, -1.0], &[2], 4, &mut best);
        assert_eq!(best.iter().map(|(item, _)| *item).collect::<Vec<_>>(), [4, 0, 1, 3]);
    }

    proptest! {
        #[test]
        fn the_cut_equals_a_full_sort(scores in prop::collection::vec(-3_i8..3, 0..40), k in 0_usize..50) {
            let mut all: Vec<_> = (0_u32..).zip(scores.iter().map(|score| f64::from(*score))).collect();
            let mut cut = all.clone();
            keep_best(&mut cut, k);
            all.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap().then(a.0.cmp(&b.0)));
            all.truncate(k);
            prop_assert_eq!(cut, all);
        }
    }
}
