//! Damaged model files: parsing always returns, and an accepted model can score.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::path::Path;

use live_pack_recommend_model::{Matrix, Schema, Trees};
use proptest::prelude::*;

fn model(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)).unwrap()
}

/// Parses the text and, if it is accepted, scores ten rows with unusual values.
fn digest(text: &str) -> bool {
    let Ok(trees) = Trees::parse(text) else { return false };
    let Ok(schema) = Schema::new(trees.features().to_vec()) else { return false };
    let odd = [0.0, -0.0, 1e-40, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1.5, 7.0, 3e9];
    let values = odd.iter().flat_map(|value| std::iter::repeat_n(*value, schema.len())).collect();
    let matrix = Matrix::new(schema.clone(), odd.len(), values).unwrap();
    let mut scores = Vec::new();
    trees.predict(&matrix, &trees.bind(&schema).unwrap(), &mut scores);
    scores.len() == odd.len() * trees.outputs()
}

/// Replaces one number of the text.
fn with_number(text: &str, position: usize, number: &str) -> String {
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, letter)| {
            letter.is_ascii_digit()
                && !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '.')
        })
        .map(|(at, _)| at)
        .collect();
    let start = starts[position % starts.len()];
    let end = text[start..].find(|letter: char| !letter.is_ascii_digit()).map_or(text.len(), |length| start + length);
    format!("{}{number}{}", &text[..start], &text[end..])
}

#[test]
fn huge_counts_do_not_allocate() {
    let good = model("entropy.txt");
    assert!(digest(&good));
    for key in ["num_leaves", "num_cat", "max_feature_idx", "num_tree_per_iteration"] {
        let at = good.find(&format!("{key}=")).unwrap() + key.len() + 1;
        let end = at + good[at..].find('\n').unwrap();
        let huge = format!("{}{}{}", &good[..at], usize::MAX, &good[end..]);
        assert!(Trees::parse(&huge).is_err(), "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_number_is_refused_or_scored(
        file in prop::sample::select(vec!["entropy.txt", "ova.txt", "xgb_counts.json", "xgb_classes.json"]),
        position in any::<usize>(),
        number in prop::sample::select(vec!["0", "1", "2", "7", "99", "4294967295", "18446744073709551615", "1e300", "x"]),
    ) {
        digest(&with_number(&model(file), position, number));
    }

    #[test]
    fn a_text_cut_off_is_refused(share in 0.0..0.9_f64) {
        for file in ["entropy.txt", "xgb_counts.json"] {
            let text = model(file);
            // LightGBM writes parameters after the trees; they are not read
            let needed = text.find("end of trees").unwrap_or(text.len());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the length of the text")]
            let cut = (needed as f64 * share) as usize;
            prop_assert!(!digest(&text[..cut]));
        }
    }
}
