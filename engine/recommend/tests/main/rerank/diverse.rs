//! DPP, MMR and SSD against implementations that follow the formulas literally.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::kit::{fixed, ids, run};

/// Items of one case: score and embedding; ids count from 10 so that text order differs from number order.
type Rows = Vec<(f64, Vec<f64>)>;

fn rows() -> impl Strategy<Value = Rows> {
    let value = prop_oneof![3 => (-4_i32..5).prop_map(f64::from), 1 => -1.0_f64..1.0];
    let row = (0_u32..8, prop::collection::vec(value, 3));
    prop::collection::vec(row, 1..14).prop_map(|rows| {
        let nonzero = |mut row: Vec<f64>| {
            if row.iter().all(|value| *value == 0.0) {
                row[0] = 1.0;
            }
            row
        };
        rows.into_iter().map(|(score, row)| (f64::from(score) / 4.0, nonzero(row))).collect()
    })
}

fn id(index: usize) -> i64 {
    index as i64 + 10
}

fn rerank(kind: &str, params: Value, rows: &Rows) -> Vec<i64> {
    let items: Vec<(i64, f64)> = rows.iter().enumerate().map(|(index, row)| (id(index), row.0)).collect();
    let embeddings: Map<String, Value> =
        rows.iter().enumerate().map(|(index, row)| (id(index).to_string(), json!(row.1))).collect();
    let nodes = json!([fixed("all", &items), { "type": kind, "params": params }]);
    let (slate, _) = run(&nodes, &json!({ "embeddings": embeddings }), &json!({}));
    assert_eq!(slate.degraded, []);
    ids(&slate)
}

fn unit(row: &[f64]) -> Vec<f64> {
    let length = dot(row, row).sqrt();
    row.iter().map(|value| value / length).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The index with the best value: a value wins if it is larger by more than rounding, else the lower index wins.
fn pick(left: &[usize], value: impl Fn(usize) -> f64) -> usize {
    left.iter().copied().fold(left[0], |best, index| if value(index) > value(best) + 1e-9 { index } else { best })
}

/// Whether two values that decide a pick are too close to distinguish after rounding, but not equal by design.
fn close(left: &[usize], value: impl Fn(usize) -> f64) -> bool {
    let best = left.iter().map(|index| value(*index)).fold(f64::NEG_INFINITY, f64::max);
    left.iter().filter(|index| best - value(**index) < 1e-7).count() > 1
}

/// det(S) of the vectors, by Gaussian elimination.
fn determinant(vectors: &[&Vec<f64>]) -> f64 {
    let n = vectors.len();
    let mut matrix: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| dot(vectors[i], vectors[j])).collect()).collect();
    let mut result = 1.0;
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs())).unwrap();
        if matrix[pivot][column].abs() < 1e-300 {
            return 0.0;
        }
        if pivot != column {
            matrix.swap(pivot, column);
            result = -result;
        }
        result *= matrix[column][column];
        for row in column + 1..n {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column].clone();
            matrix[row].iter_mut().zip(above).for_each(|(value, above)| *value -= factor * above);
        }
    }
    result
}

/// Greedy MAP over determinants of the kernel; `None` if two values are too close to call.
fn dpp(rows: &Rows, k: usize, alpha: f64, window: usize) -> Option<Vec<i64>> {
    let vectors: Vec<_> = rows.iter().map(|row| unit(&row.1)).collect();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < k.min(rows.len()) {
        let held: Vec<_> =
            chosen[chosen.len().saturating_sub(window - 1)..].iter().map(|index| &vectors[*index]).collect();
        let base = determinant(&held);
        let square = |index: usize| {
            let mut with = held.clone();
            with.push(&vectors[index]);
            determinant(&with) / base
        };
        let gain = |index: usize| {
            let square = square(index);
            if square < 1e-9 { f64::NEG_INFINITY } else { 2.0 * alpha * rows[index].0 + square.ln() }
        };
        if left.iter().all(|index| gain(*index) == f64::NEG_INFINITY) {
            left.sort_by(|a, b| rows[*b].0.total_cmp(&rows[*a].0).then(a.cmp(b)));
            let missing = k.min(rows.len()) - chosen.len();
            chosen.extend(left.iter().take(missing));
            break;
        }
        if !chosen.is_empty() && close(&left, gain) {
            return None;
        }
        let best = pick(&left, gain);
        left.retain(|index| *index != best);
        chosen.push(best);
    }
    Some(chosen.into_iter().map(id).collect())
}

fn mmr(rows: &Rows, k: usize, lambda: f64) -> Option<Vec<i64>> {
    let vectors: Vec<_> = rows.iter().map(|row| unit(&row.1)).collect();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < k.min(rows.len()) {
        let value = |index: usize| {
            let nearest =
                chosen.iter().map(|other| dot(&vectors[index], &vectors[*other])).fold(f64::NEG_INFINITY, f64::max);
            lambda * rows[index].0 - if chosen.is_empty() { 0.0 } else { (1.0 - lambda) * nearest }
        };
        if !chosen.is_empty() && close(&left, value) {
            return None;
        }
        let best = pick(&left, value);
        left.retain(|index| *index != best);
        chosen.push(best);
    }
    Some(chosen.into_iter().map(id).collect())
}

fn ssd(rows: &Rows, k: usize, theta: f64, gamma: f64, window: usize) -> Option<Vec<i64>> {
    let mut residuals: Vec<_> = rows.iter().map(|row| unit(&row.1)).collect();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut bases: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    while chosen.len() < k.min(rows.len()) {
        let value = |index: usize| match chosen.len() {
            0 => rows[index].0,
            _ => theta * rows[index].0 + (1.0 - theta) * gamma * dot(&residuals[index], &residuals[index]).sqrt(),
        };
        if !chosen.is_empty() && close(&left, value) {
            return None;
        }
        let best = pick(&left, value);
        left.retain(|index| *index != best);
        chosen.push(best);
        if bases.len() == window {
            let (base, shares) = bases.remove(0);
            for index in &left {
                residuals[*index].iter_mut().zip(&base).for_each(|(value, part)| *value += shares[*index] * part);
            }
        }
        let base = residuals[best].clone();
        let square = dot(&base, &base);
        let share = |index: usize| if square > 1e-20 { dot(&residuals[index], &base) / square } else { 0.0 };
        let shares: Vec<f64> = (0..rows.len()).map(share).collect();
        for index in &left {
            residuals[*index].iter_mut().zip(&base).for_each(|(value, part)| *value -= shares[*index] * part);
        }
        bases.push((base, shares));
    }
    Some(chosen.into_iter().map(id).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn dpp_is_the_greedy_maximum_of_the_determinant(rows in rows(), k in 0_usize..12, alpha in 0_u32..4, window in 1_usize..20) {
        let window = if window > 12 { 99 } else { window };
        if let Some(expected) = dpp(&rows, k, f64::from(alpha), window) {
            let params = json!({ "k": k, "alpha": alpha, "window": if window == 99 { Value::Null } else { window.into() } });
            prop_assert_eq!(rerank("rerank.dpp", params, &rows), expected);
        }
    }

    #[test]
    fn mmr_follows_its_formula(rows in rows(), k in 0_usize..12, lambda in 0_u32..5) {
        let lambda = f64::from(lambda) / 4.0;
        if let Some(expected) = mmr(&rows, k, lambda) {
            prop_assert_eq!(rerank("rerank.mmr", json!({ "k": k, "lambda": lambda }), &rows), expected);
        }
    }

    #[test]
    fn ssd_follows_its_formula(rows in rows(), k in 0_usize..12, theta in 0_u32..5, gamma in 0_u32..4, window in 1_usize..8) {
        let (theta, gamma) = (f64::from(theta) / 4.0, f64::from(gamma) / 2.0);
        let window = if window > 5 { 99 } else { window };
        if let Some(expected) = ssd(&rows, k, theta, gamma, window) {
            let window = if window == 99 { Value::Null } else { window.into() };
            let params = json!({ "k": k, "theta": theta, "gamma": gamma, "window": window });
            prop_assert_eq!(rerank("rerank.ssd", params, &rows), expected);
        }
    }

    #[test]
    fn each_diverse_re_ranker_gives_a_permutation_or_its_start(rows in rows(), k in prop::option::of(0_usize..20)) {
        for kind in ["rerank.dpp", "rerank.mmr", "rerank.ssd"] {
            let mut order = rerank(kind, json!({ "k": k }), &rows);
            prop_assert_eq!(order.len(), k.unwrap_or(usize::MAX).min(rows.len()), "{}", kind);
            order.sort_unstable();
            order.dedup();
            prop_assert_eq!(order.len(), k.unwrap_or(usize::MAX).min(rows.len()), "{}", kind);
        }
    }
}

#[test]
fn dpp_does_not_overflow_with_raw_scores() {
    // exp(2 · 1000) is infinite; in logarithms the order is that of the scores.
    let rows = vec![(1_000.0, vec![1.0, 0.0]), (2_000.0, vec![0.0, 1.0]), (1_500.0, vec![1.0, 1.0])];
    assert_eq!(rerank("rerank.dpp", json!({ "k": 3, "alpha": 1.0 }), &rows), [11, 12, 10]);
}

#[test]
fn an_exact_copy_of_a_chosen_item_comes_last() {
    let rows = vec![(0.9, vec![3.0, 0.1]), (0.8, vec![3.0, 0.1]), (0.1, vec![0.0, 1.0]), (0.85, vec![6.0, 0.2])];
    assert_eq!(rerank("rerank.dpp", json!({ "alpha": 1.0 }), &rows), [10, 12, 13, 11]);
    assert_eq!(rerank("rerank.mmr", json!({ "lambda": 0.5 }), &rows)[..2], [10, 12]);
}

#[test]
fn items_without_a_usable_embedding_get_a_substitute_and_are_named() {
    let nodes =
        json!([fixed("all", &[(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)]), { "type": "rerank.dpp", "params": {"k": 4} }]);
    for (data, reason) in [
        (
            json!({"embeddings": {"1": [1, 0], "2": [0, 1], "3": [1, 1]}}),
            "1 of 4 items use hash vectors (item 4: no embedding)",
        ),
        (
            json!({"embeddings": {"1": [1, 0], "2": [0, 0], "3": [1, 1], "4": [2, 1]}}),
            "1 of 4 items use hash vectors (item 2: embedding is zero)",
        ),
        (
            json!({"embeddings": {"1": [1, 0], "2": [0, 1, 2], "3": [1, 1], "4": [2, 1]}}),
            "1 of 4 items use hash vectors (item 2: embedding has the wrong number of dimensions)",
        ),
        (json!({}), "4 of 4 items use hash vectors (item 1: no embedding)"),
    ] {
        let (slate, _) = run(&nodes, &data, &json!({}));
        assert_eq!(slate.items.len(), 4, "{data}");
        assert_eq!(crate::kit::degraded(&slate), [format!("rerank.dpp: {reason}")], "{data}");
        assert_eq!(ids(&slate), ids(&run(&nodes, &data, &json!({})).0), "the substitute is always the same");
    }
}

#[test]
fn a_weight_of_zero_makes_scores_of_both_signs_equal() {
    // 0 · −1 is −0, which is not below 0 here
    let rows = vec![(-1.0, vec![1.0, 0.0]), (1.0, vec![0.0, 1.0]), (2.0, vec![0.0, -1.0])];
    assert_eq!(rerank("rerank.dpp", json!({ "alpha": 0 }), &rows), [10, 11, 12]);
    assert_eq!(rerank("rerank.mmr", json!({ "lambda": 0 }), &rows), [10, 11, 12]);
    let merge = json!({ "strategy": "weighted", "weights": { "a": 0 } });
    let nodes = json!([{ "type": "recall.fanout", "params": { "sources": [fixed("a", &[(2, 1.0), (1, -1.0)])], "merge": merge } }]);
    assert_eq!(ids(&run(&nodes, &json!({}), &json!({})).0), [1, 2]);
}

#[test]
fn ssd_takes_the_lower_id_when_all_residuals_are_zero() {
    // after two picks in the plane the residuals of the others are rounding noise
    let rows: Rows = (0..6).map(|n| (0.0, vec![f64::from(n).sin(), f64::from(n).cos()])).collect();
    let order = rerank("rerank.ssd", json!({ "theta": 0 }), &rows);
    assert!(order[2..].is_sorted(), "{order:?}");
}

#[test]
fn rounding_does_not_decide_between_embeddings_of_one_direction() {
    let row = |factor: f64| [1.0023, -0.9977, -0.9975, -0.9927].map(|value| value * factor).to_vec();
    let other = |x: f64| vec![x, 1.0077, 2.0025, 0.0053];
    for factor in [3.0, 0.7, 1.1, 5.3] {
        let rows = vec![(0.3, other(-0.997)), (0.1, row(factor)), (0.1, row(1.0)), (0.1, row(factor * 1.3))];
        for kind in ["rerank.dpp", "rerank.mmr", "rerank.ssd"] {
            assert_eq!(rerank(kind, json!({ "k": 2 }), &rows), [10, 11], "{kind} {factor}");
        }
    }
}
