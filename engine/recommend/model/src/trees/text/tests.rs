//! Tests of the parser: a small model by hand, and one message for each kind of damage.

use super::*;

const MODEL: &str = "tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:2
feature_names=price colour
feature_infos=[0:1] 0:1:2

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=1 1
threshold=0.25 0
decision_type=10 1
left_child=-1 -2
right_child=1 -3
leaf_value=1 2 3
cat_boundaries=0 1
cat_threshold=5
is_linear=0
shrinkage=1

Tree=1
num_leaves=1
num_cat=0
split_feature=
threshold=
decision_type=
left_child=
right_child=
leaf_value=0.5
shrinkage=1

end of trees

parameters:
num_leaves=31
";

fn errors(damage: &[(&str, &str)]) -> String {
    let mut text = MODEL.to_owned();
    for (from, to) in damage {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Model::parse(&text).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_small_model_is_read_with_its_categories_and_its_constant_tree() {
    let model = Model::parse(MODEL).ok().unwrap();
    assert_eq!((model.features.as_slice(), model.outputs), (&["price".to_owned(), "colour".to_owned()][..], 1));
    assert_eq!(model.objective, Objective::Sigmoid(2.0));
    let [first, second] = model.trees.as_slice() else { panic!("two trees") };
    assert_eq!(first.nodes[0].decision, Decision::Threshold { threshold: 0.25, nan_left: true });
    assert_eq!(first.nodes[1].decision, Decision::Category { members: vec![5] });
    assert_eq!((first.nodes[0].left, first.nodes[0].right), (Child::Leaf(0), Child::Node(1)));
    assert_eq!((second.nodes.len(), second.leaves.as_slice()), (0, &[0.5][..]));
}

#[test]
fn windows_line_ends_change_nothing() {
    assert!(Model::parse(&MODEL.replace('\n', "\r\n")).is_ok());
}

#[test]
fn each_kind_of_damage_is_named_with_its_place() {
    let table: [(&str, &str, &str); 17] = [
        (
            "max_feature_idx=1",
            "max_feature_idx=2",
            "header, feature_names: expected as many names as max_feature_idx + 1, found 2",
        ),
        (
            "num_tree_per_iteration=1",
            "num_tree_per_iteration=0",
            "header, num_tree_per_iteration: expected 1 to 65536, found 0",
        ),
        ("objective=binary", "objective=guess", "header, objective: expected an objective of LightGBM 4, found guess"),
        ("sigmoid:2", "sigmoid:x", "header, objective: expected an objective of LightGBM 4, found sigmoid:x"),
        ("num_leaves=3", "num_leaves=4", "tree 0, leaf_value: expected 4 numbers, found 3"),
        ("num_leaves=3\n", "", "tree 0, num_leaves: expected a number, found nothing"),
        ("split_feature=0 1", "split_feature=0 2", "tree 0, split_feature: expected features below 2, found 2"),
        ("split_feature=0 1", "split_feature=0 -1", "tree 0, split_feature: expected numbers in range, found -1"),
        ("threshold=0.25 0", "threshold=NaN 0", "tree 0, threshold: expected a number, found NaN"),
        (
            "threshold=0.25 0",
            "threshold=0.25 1",
            "tree 0, threshold: expected the number of a set in cat_boundaries, found 1",
        ),
        (
            "decision_type=10 1",
            "decision_type=12 1",
            "tree 0, decision_type: expected a missing type of 0, 1 or 2, found 12",
        ),
        ("right_child=1 -3", "right_child=0 -3", "tree 0, right_child: expected a node behind 0 or a leaf"),
        ("right_child=1 -3", "right_child=1 -2", "tree 0, right_child: expected a node behind 1 or a leaf"),
        ("right_child=1 -3", "right_child=1 -9223372036854775808", "tree 0, right_child: expected a node behind 1"),
        ("leaf_value=1 2 3", "leaf_value=1 nan 3", "tree 0, leaf_value: expected numbers, found NaN"),
        ("is_linear=0", "is_linear=1", "tree 0, is_linear: expected 0 (linear leaves are not supported), found 1"),
        ("cat_boundaries=0 1", "cat_boundaries=0 9", "tree 0, cat_threshold: expected 9 numbers, found 1"),
    ];
    for (from, to, part) in table {
        let error = errors(&[(from, to)]);
        assert!(error.contains(part), "{from} -> {to}: {error}");
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let error = errors(&[
        ("objective=binary", "objective=guess"),
        ("leaf_value=1 2 3", "leaf_value=1 2"),
        ("leaf_value=0.5", "leaf_value=x"),
    ]);
    assert_eq!(error.lines().count(), 4, "{error}");
    assert!(error.starts_with("faults of the model: 3"), "{error}");
}

#[test]
fn other_files_and_files_cut_off_are_refused() {
    assert_eq!(
        Model::parse("<pmml>").map(|_| ()).unwrap_err().to_string(),
        "not a model: expected LightGBM's text, whose first line is `tree`, or XGBoost's JSON, found \"<pmml>\""
    );
    let cut = MODEL.split("end of trees").next().unwrap();
    assert_eq!(
        Model::parse(cut).map(|_| ()).unwrap_err().to_string(),
        "the model is cut off: no line `end of trees` after 2 trees"
    );
    assert!(Model::parse("").is_err());
}
