//! Each algorithm against its definition in the contract, reimplemented over dense matrices without shortcuts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests")]

use live_pack_recommend_offline::{Algorithm, Fitted, Log, Training};
use proptest::prelude::*;

type Dense = Vec<Vec<f64>>;

/// Every user and item of the matrix occurs, so positions are row and column numbers.
fn log(x: &[Vec<bool>]) -> Log {
    let mut text = "u\ti\tr\tt\n".to_owned();
    for (user, row) in x.iter().enumerate() {
        for (item, _) in row.iter().enumerate().filter(|(_, has)| **has) {
            text.push_str(&format!("{user}\t{item}\t1\t0\n"));
        }
    }
    Log::parse(text.as_bytes(), "log").unwrap()
}

fn dense(x: &[Vec<bool>]) -> Dense {
    x.iter().map(|row| row.iter().map(|has| f64::from(u8::from(*has))).collect()).collect()
}

fn fit(x: &[Vec<bool>], name: &str, parameters: &str) -> (Fitted, Training) {
    let training = Training::new(&log(x), |_| true);
    (Algorithm::choose(name, parameters).unwrap().fit(&training).unwrap(), training)
}

/// Scores of all users from the trained model.
fn scores(x: &[Vec<bool>], name: &str, parameters: &str) -> Dense {
    let (fitted, training) = fit(x, name, parameters);
    let one = |user| {
        let mut scores = vec![0.0; training.items()];
        fitted.score(user, training.by_user.row(user), &mut scores);
        scores
    };
    (0..training.users()).map(one).collect()
}

fn transpose(a: &Dense) -> Dense {
    (0..a[0].len()).map(|column| a.iter().map(|row| row[column]).collect()).collect()
}

fn times(a: &Dense, b: &Dense) -> Dense {
    let b = transpose(b);
    a.iter().map(|row| b.iter().map(|column| row.iter().zip(column).map(|(x, y)| x * y).sum()).collect()).collect()
}

fn inverse(a: &Dense) -> Dense {
    let n = a.len();
    let mut work: Dense =
        (0..n).map(|i| a[i].iter().copied().chain((0..n).map(|j| f64::from(u8::from(i == j)))).collect()).collect();
    for pivot in 0..n {
        let best = (pivot..n).max_by(|x, y| work[*x][pivot].abs().total_cmp(&work[*y][pivot].abs())).unwrap();
        work.swap(pivot, best);
        let scale = work[pivot][pivot];
        work[pivot].iter_mut().for_each(|value| *value /= scale);
        let line = work[pivot].clone();
        for (row, values) in work.iter_mut().enumerate().filter(|(row, _)| *row != pivot) {
            let _ = row;
            let factor = values[pivot];
            values.iter_mut().zip(&line).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    work.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// Keeps the k largest values of each row, ties to the lower column; the others become 0.
fn keep(a: &Dense, k: usize) -> Dense {
    let row = |row: &Vec<f64>| {
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|i, j| row[*j].total_cmp(&row[*i]).then(i.cmp(j)));
        let kept = &order[..k.min(order.len())];
        (0..row.len()).map(|at| if kept.contains(&at) { row[at] } else { 0.0 }).collect()
    };
    a.iter().map(row).collect()
}

/// c_ij / √(n_i · n_j) over the columns, diagonal 0.
fn cosine(x: &Dense) -> Dense {
    let c = times(&transpose(x), x);
    let n = c.len();
    let value = |i: usize, j: usize| if i == j { 0.0 } else { c[i][j] / (c[i][i] * c[j][j]).sqrt() };
    (0..n).map(|i| (0..n).map(|j| value(i, j)).collect()).collect()
}

fn close(ours: &Dense, theirs: &Dense) -> bool {
    ours.len() == theirs.len()
        && ours.iter().flatten().zip(theirs.iter().flatten()).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + b.abs()))
}

/// Matrices in which every row and column has an entry.
fn matrices() -> impl Strategy<Value = Vec<Vec<bool>>> {
    (3_usize..12, 3_usize..10).prop_flat_map(|(users, items)| {
        prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.4), items), users).prop_map(|mut x| {
            let (users, items) = (x.len(), x[0].len());
            (0..users.max(items)).for_each(|at| x[at % users][at % items] = true);
            x
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ease_is_the_closed_form(x in matrices(), lambda in 0.1..50.0_f64) {
        let d = dense(&x);
        let mut gram = times(&transpose(&d), &d);
        (0..gram.len()).for_each(|at| gram[at][at] += lambda);
        let p = inverse(&gram);
        let n = p.len();
        let b: Dense = (0..n).map(|i| (0..n).map(|j| if i == j { 0.0 } else { -p[i][j] / p[j][j] }).collect()).collect();
        let ours = scores(&x, "ease", &format!(r#"{{"lambda":{lambda}}}"#));
        prop_assert!(close(&ours, &times(&d, &b)));
    }

    #[test]
    fn pruned_ease_keeps_the_strongest_weights_of_each_history_item(x in matrices(), count in 1_usize..5) {
        let weights = |parameters: String| match fit(&x, "ease", &parameters).0 {
            Fitted::Items { weights, .. } => weights,
            other => panic!("{other:?}"),
        };
        let (all, pruned) = (weights(r#"{"lambda":3}"#.to_owned()), weights(format!(r#"{{"lambda":3,"keep":{count}}}"#)));
        for row in 0..all.len() {
            let mut expected: Vec<_> = all.row(row).collect();
            expected.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            expected.truncate(count);
            expected.sort_by_key(|(column, _)| *column);
            prop_assert_eq!(pruned.row(row).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn item_cosine_keeps_the_neighbours_of_the_candidate(x in matrices(), k in 1_usize..6) {
        let d = dense(&x);
        let expected = times(&d, &transpose(&keep(&cosine(&d), k)));
        let ours = scores(&x, "item-cosine", &format!(r#"{{"k":{k}}}"#));
        prop_assert!(close(&ours, &expected));
    }

    #[test]
    fn user_cosine_sums_the_similarities_of_users_who_have_the_item(x in matrices(), k in 1_usize..6) {
        let d = dense(&x);
        let expected = times(&keep(&cosine(&transpose(&d)), k), &d);
        let ours = scores(&x, "user-cosine", &format!(r#"{{"k":{k}}}"#));
        prop_assert!(close(&ours, &expected));
    }

    #[test]
    fn rp3beta_keeps_the_largest_of_each_history_item(
        x in matrices(), k in 1_usize..6, alpha in 0.2..2.0_f64, beta in 0.0..1.5_f64,
    ) {
        let d = dense(&x);
        let stochastic = |m: &Dense| -> Dense {
            m.iter().map(|row| {
                let sum: f64 = row.iter().sum();
                row.iter().map(|value| if *value > 0.0 { (value / sum).powf(alpha) } else { 0.0 }).collect()
            }).collect()
        };
        let (p_ui, p_iu) = (stochastic(&d), stochastic(&transpose(&d)));
        let mut w = times(&p_iu, &p_ui);
        let popularity: Vec<f64> = transpose(&d).iter().map(|column| column.iter().sum()).collect();
        for (i, row) in w.iter_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(j, value)| *value = if i == j { 0.0 } else { *value / popularity[j].powf(beta) });
        }
        let parameters = format!(r#"{{"k":{k},"alpha":{alpha},"beta":{beta}}}"#);
        let expected = times(&p_ui, &keep(&w, k));
        // near-ties at the cut may go either way in the last bit: the sums of the kept values must agree
        let ours = scores(&x, "rp3beta", &parameters);
        let sums = |m: &Dense| -> Dense { m.iter().map(|row| vec![row.iter().sum()]).collect() };
        prop_assert!(close(&sums(&ours), &sums(&expected)));
        let everything = format!(r#"{{"k":1000,"alpha":{alpha},"beta":{beta}}}"#);
        prop_assert!(close(&scores(&x, "rp3beta", &everything), &times(&p_ui, &w)));
    }

    #[test]
    fn swing_sums_over_pairs_of_users(x in matrices(), alpha in 0.0..5.0_f64) {
        let d = dense(&x);
        let n = d[0].len();
        let mut s = vec![vec![0.0; n]; n];
        for u in 0..d.len() {
            for v in u + 1..d.len() {
                let both: Vec<usize> = (0..n).filter(|i| x[u][*i] && x[v][*i]).collect();
                let degree = |user: usize| d[user].iter().sum::<f64>();
                let share = 1.0 / (degree(u).sqrt() * degree(v).sqrt() * (alpha + both.len() as f64));
                for i in &both {
                    both.iter().filter(|j| *j != i).for_each(|j| s[*i][*j] += share);
                }
            }
        }
        let ours = scores(&x, "swing", &format!(r#"{{"alpha":{alpha},"k":1000}}"#));
        prop_assert!(close(&ours, &times(&d, &s)));
    }

    #[test]
    fn ials_ends_at_the_optimum_of_the_items(x in matrices(), reg in 0.01..0.5_f64, alpha0 in 0.0..1.0_f64) {
        let parameters = format!(r#"{{"dim":3,"reg":{reg},"alpha0":{alpha0},"sweeps":2,"seed":4}}"#);
        let (Fitted::Factors { users, items }, _) = fit(&x, "ials", &parameters) else { panic!("factors") };
        // the last half-sweep solved the items, so the gradient of the loss is 0 in each item vector
        for item in 0..x[0].len() {
            let h = items.row(item);
            let degree = x.iter().filter(|row| row[item]).count() as f64;
            let lambda = reg * (degree + alpha0 * x.len() as f64);
            for at in 0..3 {
                let mut slope = lambda * h[at];
                for (user, has) in x.iter().map(|row| row[item]).enumerate() {
                    let w = users.row(user);
                    let product: f64 = w.iter().zip(h).map(|(a, b)| a * b).sum();
                    slope += alpha0 * product * w[at] + if has { (product - 1.0) * w[at] } else { 0.0 };
                }
                prop_assert!(slope.abs() < 1e-9, "item {}: {}", item, slope);
            }
        }
    }
}

#[test]
fn popularity_counts_interactions_with_repetitions() {
    let log = Log::parse("h\n1\t5\t1\t1\n1\t5\t1\t2\n2\t6\t1\t3\n".as_bytes(), "log").unwrap();
    let training = Training::new(&log, |_| true);
    let fitted = Algorithm::choose("popularity", "").unwrap().fit(&training).unwrap();
    assert_eq!(fitted, Fitted::Scores(vec![2.0, 1.0]));
}

#[test]
fn equal_similarities_go_to_the_lower_id() {
    // items 1, 2 and 3 have the same users; the one neighbour of each is the lowest other item
    let x = vec![vec![true, true, true, true], vec![false, true, true, true]];
    let (Fitted::Items { weights, .. }, _) = fit(&x, "item-cosine", r#"{"k":1}"#) else { panic!("neighbour lists") };
    let history = |candidate: u32| {
        (0..4).filter(|row| weights.row(*row).any(|(column, _)| column == candidate)).collect::<Vec<_>>()
    };
    assert_eq!([history(0), history(1), history(2), history(3)], [[1], [2], [1], [1]]);
}

#[test]
fn bpr_raises_the_share_of_pairs_in_the_right_order() {
    let x: Vec<Vec<bool>> =
        (0..30).map(|user| (0..12).map(|item| item % 3 == user % 3 && item / 3 != user % 4).collect()).collect();
    let share = |epochs: usize| {
        let scores = scores(&x, "bpr", &format!(r#"{{"dim":8,"epochs":{epochs},"seed":1}}"#));
        let pairs = x.iter().zip(&scores).flat_map(|(has, scores)| {
            let of = |wanted: bool| {
                has.iter()
                    .zip(scores)
                    .filter(move |(has, _)| **has == wanted)
                    .map(|(_, score)| *score)
                    .collect::<Vec<_>>()
            };
            let (inside, outside) = (of(true), of(false));
            inside.into_iter().flat_map(move |own| outside.clone().into_iter().map(move |other| own > other))
        });
        let ordered: Vec<bool> = pairs.collect();
        ordered.iter().filter(|right| **right).count() as f64 / ordered.len() as f64
    };
    assert!(share(1) < 0.8 && share(100) > 0.95, "{} {}", share(1), share(100));
}

#[test]
fn training_that_diverges_is_refused() {
    let x = vec![vec![true, true, false], vec![false, true, true], vec![true, false, true]];
    let training = Training::new(&log(&x), |_| true);
    let error =
        Algorithm::choose("bpr", r#"{"rate":1000,"reg":1000,"epochs":100}"#).unwrap().fit(&training).unwrap_err();
    assert_eq!(error.to_string(), "bpr: training diverged to values that are not finite; take a smaller rate");
}
