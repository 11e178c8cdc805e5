//! Tests of XGBoost's format: one message per kind of damage; scores are tested against XGBoost in `tests/trees.rs`.

use super::super::Trees;

const MODEL: &str = r#"{"learner":{"feature_names":["price","colour"],"gradient_booster":{"name":"gbtree","model":{"trees":[
{"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],"split_indices":[0,0,1,0,0],"split_conditions":[0.5,1,0,2,3],
"default_left":[1,0,0,0,0],"split_type":[0,0,1,0,0],"categories":[0,33],"categories_nodes":[2],"categories_segments":[0],
"categories_sizes":[2]}],"tree_info":[0]}},"learner_model_param":{"base_score":"[5E-1]","num_class":"0","num_feature":"2"},
"objective":{"name":"binary:logistic"}},"version":[3,2,0]}"#;

#[test]
fn a_small_model_scores_by_hand() {
    let trees = Trees::parse(MODEL).unwrap();
    let schema = crate::Schema::new(["price", "colour"]).unwrap();
    let values = vec![0.25, 0.0, 0.5, 33.9, 0.75, 1.0, f32::NAN, 0.0, 9.0, f32::NAN];
    let matrix = crate::Matrix::new(schema.clone(), 5, values).unwrap();
    let mut scores = Vec::new();
    trees.raw(&matrix, &trees.bind(&schema).unwrap(), &mut scores);
    assert_eq!(scores, [1.0, 3.0, 2.0, 1.0, 3.0]);
}

#[test]
fn each_kind_of_damage_is_named_with_its_place() {
    let table = [
        ("\"gbtree\"", "\"gblinear\"", "the booster must be gbtree, found gblinear"),
        ("{\"learner\"", "{\"learners\"", "not an XGBoost JSON model: missing field `learner`"),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"3\"", "learner, feature_names: expected 3 names, found 2"),
        ("\"num_class\":\"0\"", "\"num_class\":\"x\"", "learner, num_class: expected a number up to 65536, found x"),
        ("5E-1", "2", "learner, base_score: expected 1 or 1 numbers that the objective can give, found [2]"),
        (
            "binary:logistic",
            "survival:cox",
            "learner, objective: expected an objective of XGBoost 3 for gbtree, found survival:cox",
        ),
        (
            "\"tree_info\":[0]",
            "\"tree_info\":[1]",
            "learner, tree_info: expected an output below 1 for each tree, found 1",
        ),
        ("[1,-1,3,-1,-1]", "[1,-1,3,-1]", "tree 0, left_children: expected lists of one length, at least 1, found 4"),
        ("[1,-1,3,-1,-1]", "[1,-1,0,-1,-1]", "tree 0, left_children: expected nodes below 5, each once, found 0"),
        ("[1,-1,3,-1,-1]", "[1,-1,9,-1,-1]", "tree 0, left_children: expected nodes below 5, each once, found 9"),
        ("[2,-1,4,-1,-1]", "[2,4,4,-1,-1]", "tree 0, right_children: expected two children or none, found -1 and 4"),
        ("\"split_indices\":[0,", "\"split_indices\":[2,", "tree 0, split_indices: expected features below 2, found 2"),
        (
            "\"categories_nodes\":[2]",
            "\"categories_nodes\":[1]",
            "tree 0, categories_nodes: expected a set of categories below 16777216 for the node, found 2",
        ),
        ("[0,33]", "[0,99999999]", "tree 0, categories_nodes: expected a set of categories"),
        (
            "\"categories_sizes\":[2]",
            "\"categories_sizes\":[18446744073709551615]",
            "tree 0, categories_nodes: expected a set",
        ),
    ];
    for (from, to, part) in table {
        assert!(MODEL.contains(from), "{from}");
        let error = Trees::parse(&MODEL.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(part), "{from} -> {to}: {error}");
    }
}
