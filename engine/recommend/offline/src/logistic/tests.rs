//! Tests of logistic regression: stationary point, planted model, missing values, and one message per fault.

use std::fmt::Write;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn parameters(json: &str) -> Parameters {
    Parameters::check(&serde_json::from_str(json).unwrap(), PARAMETERS).unwrap()
}

/// Examples of the model logit = −0.5 + 2·(x − 3) − 1·z, with every fifth z missing.
fn planted(count: usize) -> Examples {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut text = String::new();
    for number in 0..count {
        let (x, z): (f64, f64) = (random.random_range(1.0..5.0), random.random_range(-2.0..2.0));
        let missing = number % 5 == 0;
        let logit = -0.5 + 2.0 * (x - 3.0) - if missing { 0.0 } else { z };
        let label = u8::from(random.random::<f64>() < sigmoid(logit));
        let z = if missing { "null".to_owned() } else { z.to_string() };
        writeln!(text, r#"{{"features":{{"x":{x},"z":{z},"constant":7}},"label":{label}}}"#).unwrap();
    }
    Examples::parse(text.as_bytes(), "planted").unwrap()
}

#[test]
fn the_planted_model_is_found_and_a_constant_weighs_nothing() {
    let fitted = fit(&planted(8000), &parameters(r#"{"reg":0.001}"#)).unwrap();
    let schema = live_pack_recommend_model::Schema::new(["x", "z", "constant"]).unwrap();
    let bound = fitted.model.bind(&schema).unwrap();
    let close = |row: [f32; 3], expected: f64| {
        let found = bound.logit(&row);
        assert!((found - expected).abs() < 0.2, "{row:?}: {found}, planted {expected}");
    };
    close([3.0, 0.0, 7.0], -0.5);
    close([4.0, 0.0, 7.0], 1.5);
    close([3.0, 1.0, 7.0], -1.5);
    close([3.0, f32::NAN, f32::NAN], -0.5);
    assert_eq!(bound.logit(&[3.0, 0.0, 7.0]).to_bits(), bound.logit(&[3.0, 0.0, 99.0]).to_bits());
    assert!(fitted.log_loss < 0.75 * fitted.base_log_loss, "{} {}", fitted.log_loss, fitted.base_log_loss);
}

#[test]
fn the_gradient_is_zero_at_the_solution() {
    let examples = planted(300);
    let scales = scales(&examples);
    let design = design(&examples, &scales);
    let problem = Problem { design: &design, labels: examples.labels(), width: 4, reg: 2.0 };
    let beta = problem.solve(50).unwrap();
    for at in 0..4 {
        let moved = |by: f64| {
            let mut beta = beta.clone();
            beta[at] += by;
            problem.loss(&beta)
        };
        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!(slope.abs() < 1e-5, "coefficient {at}: {slope}");
    }
}

#[test]
fn separable_examples_converge_because_of_the_penalty() {
    let lines: String =
        (0..20).map(|x| format!("{{\"features\":{{\"x\":{x}}},\"label\":{}}}\n", u8::from(x > 9))).collect();
    let examples = Examples::parse(lines.as_bytes(), "separable").unwrap();
    let fitted = fit(&examples, &parameters(r#"{"reg":0.000001}"#)).unwrap();
    assert!(fitted.log_loss < 0.01);
}

#[test]
fn the_artefact_reproduces_the_training_logits() {
    let examples = planted(100);
    let parameters = parameters("{}");
    let fitted = fit(&examples, &parameters).unwrap();
    let folder = tempfile::tempdir().unwrap();
    artefact(&examples, &parameters, fitted).write(folder.path()).unwrap();
    let loaded = Artefact::load(folder.path()).unwrap();
    assert_eq!((loaded.manifest.golden.len(), loaded.manifest.algorithm.as_str()), (8, "lr"));
}

#[test]
fn each_bad_line_is_named_and_all_are_reported() {
    let table = [
        (r#"{"features":{"x":"1"},"label":1}"#, "a feature must be a number, true, false or null"),
        (r#"{"features":{"x":1},"label":2}"#, "label: expected 0, 1, false or true, found 2"),
        (r#"{"features":{"x":1},"label":"yes"}"#, "a label must be 0, 1, false or true"),
        (r#"{"features":{"x":1}}"#, "missing field `label`"),
        (r#"{"features":{"x":1e300},"label":1}"#, "x: expected a number within the range of f32"),
    ];
    let text: String = table.iter().map(|(line, _)| format!("{line}\n")).collect();
    let error = Examples::parse(text.as_bytes(), "file").unwrap_err().to_string();
    assert!(error.starts_with("file: 5 faults"), "{error}");
    for (number, (line, part)) in (1..).zip(table) {
        let found = error.lines().find(|fault| fault.contains(&format!("line {number}: "))).unwrap();
        assert!(found.contains(part), "{line}: {found}");
    }
}

#[test]
fn examples_without_rows_features_or_a_second_label_are_refused() {
    for text in ["", "{\"features\":{},\"label\":1}\n"] {
        assert!(matches!(Examples::parse(text.as_bytes(), "file"), Err(ExamplesError::Empty { .. })), "{text}");
    }
    let one = Examples::parse("{\"features\":{\"x\":true},\"label\":true}".as_bytes(), "file").unwrap();
    let error = fit(&one, &parameters("{}")).unwrap_err().to_string();
    assert_eq!(error, "all 1 labels are 1; examples of both labels are needed");
}
