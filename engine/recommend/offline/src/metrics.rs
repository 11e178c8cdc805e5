//! Quality of one ranked list: hit rate, NDCG, recall, precision, average precision, reciprocal rank.

use std::num::NonZeroUsize;

use serde::Serialize;

pub mod line;

/// The six metrics of one list, or their means over many lists. Each is between 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metrics {
    /// 1 if a relevant item is among the first k.
    #[serde(rename = "HR")]
    pub hit_rate: f64,
    /// Σ 1/log2(rank + 1) over the hits, divided by the same sum for the best possible ranking.
    #[serde(rename = "NDCG")]
    pub ndcg: f64,
    /// Hits divided by the number of relevant items.
    pub recall: f64,
    /// Hits divided by k.
    pub precision: f64,
    /// Sum of the precision at each hit, divided by min(k, relevant).
    #[serde(rename = "MAP")]
    pub average_precision: f64,
    /// 1/rank of the first hit, 0 beyond k.
    #[serde(rename = "MRR")]
    pub reciprocal_rank: f64,
}

impl Metrics {
    /// Metrics of the first `k` items of a ranked list. A relevant item counts once, at its first place, even if either list
    /// repeats it. All are 0 if nothing is relevant.
    #[must_use]
    pub fn of<T: Ord>(ranked: &[T], relevant: &[T], k: NonZeroUsize) -> Self {
        let mut open: Vec<&T> = relevant.iter().collect();
        open.sort_unstable();
        open.dedup();
        let relevant = open.len();
        if relevant == 0 {
            return Self::default();
        }
        let mut sum = Self::default();
        let mut hits = 0_usize;
        for (rank, item) in (1_usize..).zip(ranked.iter().take(k.get())) {
            let Ok(at) = open.binary_search(&item) else { continue };
            open.remove(at);
            hits += 1;
            sum.ndcg += gain(rank);
            sum.average_precision += hits as f64 / rank as f64;
            if hits == 1 {
                sum.hit_rate = 1.0;
                sum.reciprocal_rank = 1.0 / rank as f64;
            }
        }
        let best = relevant.min(k.get());
        sum.ndcg /= (1..=best).map(gain).sum::<f64>();
        sum.average_precision /= best as f64;
        sum.recall = hits as f64 / relevant as f64;
        sum.precision = hits as f64 / k.get() as f64;
        sum
    }

    /// Means over many lists; all 0 for an empty slice.
    #[must_use]
    pub fn mean(lists: &[Self]) -> Self {
        let n = lists.len().max(1) as f64;
        let mean = |value: fn(&Self) -> f64| lists.iter().map(value).sum::<f64>() / n;
        Self {
            hit_rate: mean(|list| list.hit_rate),
            ndcg: mean(|list| list.ndcg),
            recall: mean(|list| list.recall),
            precision: mean(|list| list.precision),
            average_precision: mean(|list| list.average_precision),
            reciprocal_rank: mean(|list| list.reciprocal_rank),
        }
    }
}

fn gain(rank: usize) -> f64 {
    1.0 / (rank as f64 + 1.0).log2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(ranked: &[i64], relevant: &[i64], k: usize) -> [f64; 6] {
        let m = Metrics::of(ranked, relevant, NonZeroUsize::new(k).unwrap());
        [m.hit_rate, m.ndcg, m.recall, m.precision, m.average_precision, m.reciprocal_rank]
    }

    #[test]
    fn values_worked_out_by_hand() {
        let third = 1.0 / 3.0;
        // hits at ranks 2 and 3 of 4, three relevant
        let ndcg = (1.0 / 3_f64.log2() + 0.5) / (1.0 + 1.0 / 3_f64.log2() + 0.5);
        type Case = (&'static [i64], &'static [i64], usize, [f64; 6]);
        let table: [Case; 7] = [
            (&[1, 2, 3, 4], &[2, 3, 9], 4, [1.0, ndcg, 2.0 * third, 0.5, (0.5 + 2.0 * third) / 3.0, 0.5]),
            (&[1, 2], &[1, 2], 2, [1.0; 6]),
            // the ideal counts min(k, relevant), so a list of hits alone is perfect
            (&[1], &[1, 2, 3, 4], 1, [1.0, 1.0, 0.25, 1.0, 1.0, 1.0]),
            // precision divides by k even if the list is shorter
            (&[5], &[5], 10, [1.0, 1.0, 1.0, 0.1, 1.0, 1.0]),
            // a hit beyond k does not count
            (&[1, 2, 3], &[3], 2, [0.0; 6]),
            (&[], &[3], 2, [0.0; 6]),
            (&[1], &[], 2, [0.0; 6]),
        ];
        for (ranked, relevant, k, expected) in table {
            assert!(
                of(ranked, relevant, k).iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15),
                "{ranked:?} {relevant:?} {k}"
            );
        }
    }

    #[test]
    fn a_repeated_item_counts_once() {
        assert_eq!(of(&[7, 7, 7], &[7, 7, 8], 3), of(&[7, 1, 2], &[8, 7], 3));
    }

    #[test]
    fn the_keys_are_those_of_the_contract() {
        let text = serde_json::to_string(&Metrics::default()).unwrap();
        assert_eq!(text, r#"{"HR":0.0,"NDCG":0.0,"Recall":0.0,"Precision":0.0,"MAP":0.0,"MRR":0.0}"#);
    }

    proptest! {
        #[test]
        fn all_lie_between_0_and_1_and_agree_on_whether_there_is_a_hit(
            ranked in prop::collection::vec(0_i64..30, 0..30),
            relevant in prop::collection::vec(0_i64..30, 0..10),
            k in 1_usize..40,
        ) {
            let values = of(&ranked, &relevant, k);
            prop_assert!(values.iter().all(|value| (0.0..=1.0 + 1e-12).contains(value)), "{values:?}");
            prop_assert!(values.iter().all(|value| (*value > 0.0) == (values[0] > 0.0)), "{values:?}");
        }
    }
}
