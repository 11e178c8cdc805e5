//! Trees against rows scored by LightGBM 4.7.0 and XGBoost 3.2.0: every raw score is equal to the bit.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests")]

use std::path::Path;

use live_pack_recommend_model::{Matrix, Schema, Trees};

const MODELS: [&str; 17] = [
    "binary",
    "missing_zero",
    "missing_none",
    "no_nan_seen",
    "multiclass",
    "ova",
    "wide",
    "large",
    "forest",
    "poisson",
    "square",
    "entropy",
    "entropy_lambda",
    "xgb_binary",
    "xgb_squares",
    "xgb_classes",
    "xgb_counts",
];

struct Golden {
    trees: Trees,
    rows: Vec<Vec<f32>>,
    raw: Vec<u64>,
    predictions: Vec<u64>,
}

fn golden(name: &str) -> Golden {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let read = |ending: &str| std::fs::read_to_string(folder.join(format!("{name}.{ending}"))).unwrap();
    let mut golden = Golden {
        trees: Trees::parse(&read(if name.starts_with("xgb") { "json" } else { "txt" })).unwrap(),
        rows: Vec::new(),
        raw: Vec::new(),
        predictions: Vec::new(),
    };
    for line in read("rows").lines() {
        let parts: Vec<&str> = line.split('|').collect();
        let hex = |text: &str| -> Vec<u64> {
            text.split_whitespace().map(|word| u64::from_str_radix(word, 16).unwrap()).collect()
        };
        golden.rows.push(hex(parts[0]).into_iter().map(|bits| f32::from_bits(u32::try_from(bits).unwrap())).collect());
        golden.raw.extend(hex(parts[1]));
        golden.predictions.extend(hex(parts[2]));
    }
    assert!(golden.rows.len() > 100, "{name}");
    golden
}

/// Scores the rows in blocks of one size, with shuffled columns and two extra ones.
fn score(
    golden: &Golden,
    size: usize,
    run: impl Fn(&Trees, &Matrix, &live_pack_recommend_model::Binding, &mut Vec<f64>),
) -> Vec<u64> {
    let mut names: Vec<String> = golden.trees.features().to_vec();
    names.reverse();
    names.insert(3, "unused".to_owned());
    names.push("last".to_owned());
    let schema = Schema::new(names).unwrap();
    let binding = golden.trees.bind(&schema).unwrap();
    let mut all = Vec::new();
    let mut scores = Vec::new();
    for rows in golden.rows.chunks(size) {
        let mut matrix = Matrix::missing(schema.clone(), rows.len());
        for (at, row) in rows.iter().enumerate() {
            for (column, value) in binding.columns().iter().zip(row) {
                matrix.row_mut(at)[*column] = *value;
            }
        }
        run(&golden.trees, &matrix, &binding, &mut scores);
        all.extend(scores.iter().map(|score| score.to_bits()));
    }
    all
}

#[test]
fn raw_scores_equal_the_original_to_the_bit_in_both_forms() {
    for name in MODELS {
        let golden = golden(name);
        // 3 rows take the walk, 200 the bit vectors if the trees are small enough; 1 and 70 are edge cases
        for size in [1, 3, 8, 70, 200] {
            let scores = score(&golden, size, |trees, matrix, binding, scores| trees.raw(matrix, binding, scores));
            let differing = scores.iter().zip(&golden.raw).filter(|(ours, theirs)| ours != theirs).count();
            assert_eq!((scores.len(), differing), (golden.raw.len(), 0), "{name}, {size} rows at a time");
        }
    }
}

#[test]
fn predictions_equal_the_original() {
    for name in MODELS {
        let golden = golden(name);
        let scores = score(&golden, 200, |trees, matrix, binding, scores| trees.predict(matrix, binding, scores));
        for (ours, theirs) in scores.iter().zip(&golden.predictions) {
            // exp depends on the platform; the last bits may differ from the golden rows
            let (ours, theirs) = (f64::from_bits(*ours), f64::from_bits(*theirs));
            let precision = if name.starts_with("xgb") { f64::from(f32::EPSILON) } else { f64::EPSILON };
            assert!((ours - theirs).abs() <= 4.0 * precision * theirs.abs(), "{name}: {ours} {theirs}");
        }
    }
}

#[test]
fn an_artefact_made_by_the_code_of_the_readme_loads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/artefact");
    let artefact = live_pack_recommend_model::Artefact::load(&folder).unwrap();
    assert_eq!(artefact.manifest.golden.len(), 20);
}

#[test]
fn a_changed_leaf_is_noticed() {
    let mut golden = golden("binary");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/binary.txt")).unwrap();
    let at = text.find("leaf_value=").unwrap() + 12;
    let mut changed = text.into_bytes();
    let digit = (at..).find(|at| changed[*at].is_ascii_digit() && changed[*at] != b'0').unwrap();
    changed[digit] = if changed[digit] == b'9' { b'1' } else { changed[digit] + 1 };
    golden.trees = Trees::parse(std::str::from_utf8(&changed).unwrap()).unwrap();
    let scores = score(&golden, 200, |trees, matrix, binding, scores| trees.raw(matrix, binding, scores));
    assert_ne!(scores, golden.raw);
}

#[test]
fn an_empty_matrix_gives_no_scores() {
    let golden = golden("multiclass");
    assert_eq!((golden.trees.outputs(), golden.trees.len()), (3, 15));
    let schema = Schema::new(golden.trees.features().to_vec()).unwrap();
    let mut scores = vec![1.0];
    golden.trees.raw(&Matrix::missing(schema.clone(), 0), &golden.trees.bind(&schema).unwrap(), &mut scores);
    assert!(scores.is_empty());
}
