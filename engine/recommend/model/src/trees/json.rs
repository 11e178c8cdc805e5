//! Parser of XGBoost's JSON format (`save_model` to a name that ends in .json), booster `gbtree`.
//!
//! XGBoost compares and sums in `f32`; a value goes left if it is *below* the threshold, a category if it is not in the
//! set. The bias (`base_score`) is stored on the prediction scale and converted to raw scores here.

use serde::Deserialize;

use super::{
    decision::{Decision, WORD},
    objective::Objective,
    text::{Child, LISTED_FAULTS, MOST_OUTPUTS, Model, ParsedNode, ParsedTree, TreeFault, TreesError},
};

/// XGBoost's own limit on categories.
const CATEGORIES: u32 = 1 << 24;

#[derive(Deserialize)]
struct File {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    feature_names: Vec<String>,
    gradient_booster: Booster,
    learner_model_param: Parameters,
    objective: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Booster {
    name: String,
    model: Option<Forest>,
}

#[derive(Deserialize)]
struct Forest {
    trees: Vec<RawTree>,
    tree_info: Vec<usize>,
}

/// Numbers as strings, as XGBoost writes them.
#[derive(Deserialize)]
struct Parameters {
    base_score: String,
    num_class: String,
    num_feature: String,
}

#[derive(Deserialize)]
struct RawTree {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<usize>,
    /// Thresholds of nodes and values of leaves.
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    #[serde(default)]
    split_type: Vec<u8>,
    #[serde(default)]
    categories: Vec<u32>,
    #[serde(default)]
    categories_nodes: Vec<usize>,
    #[serde(default)]
    categories_segments: Vec<usize>,
    #[serde(default)]
    categories_sizes: Vec<usize>,
}

/// A boolean, which newer versions write as a number.
#[derive(Deserialize, Clone, Copy)]
#[serde(untagged, expecting = "true, false, 0 or 1")]
enum Flag {
    Truth(bool),
    Number(u8),
}

impl Flag {
    fn set(self) -> bool {
        match self {
            Self::Truth(truth) => truth,
            Self::Number(number) => number != 0,
        }
    }
}

/// Faults of the model, each with its position.
struct Faults(Vec<TreeFault>);

impl Faults {
    fn add(&mut self, place: &str, key: &'static str, expected: impl Into<String>, found: impl ToString) {
        let found = found.to_string().chars().take(60).collect();
        self.0.push(TreeFault { place: place.to_owned(), key, expected: expected.into(), found });
    }
}

pub(super) fn parse(text: &str) -> Result<Model, TreesError> {
    let file: File = serde_json::from_str(text).map_err(|error| TreesError::Json { reason: error.to_string() })?;
    let learner = file.learner;
    let mut faults = Faults(Vec::new());
    let Some(forest) = learner.gradient_booster.model.filter(|_| learner.gradient_booster.name == "gbtree") else {
        return Err(TreesError::Booster { name: learner.gradient_booster.name });
    };
    let features = features(&learner.feature_names, &learner.learner_model_param, &mut faults);
    let classes =
        learner.learner_model_param.num_class.parse::<usize>().ok().filter(|classes| *classes <= MOST_OUTPUTS);
    if classes.is_none() {
        let rule = format!("a number up to {MOST_OUTPUTS}");
        faults.add("learner", "num_class", rule, &learner.learner_model_param.num_class);
    }
    let outputs = classes.unwrap_or_default().max(1);
    let objective = objective(&learner.objective.name, &mut faults);
    let base = base(&learner.learner_model_param.base_score, objective, outputs, &mut faults);
    if forest.tree_info.len() != forest.trees.len() || forest.tree_info.iter().any(|output| *output >= outputs) {
        faults.add("learner", "tree_info", format!("an output below {outputs} for each tree"), forest.tree_info.len());
    }
    let mut trees = Vec::new();
    for (number, (raw, output)) in forest.trees.iter().zip(&forest.tree_info).enumerate() {
        let place = format!("tree {number}");
        trees.extend(tree(raw, features.len(), &place, &mut faults).map(|tree| ParsedTree { output: *output, ..tree }));
    }
    let mut faults = faults.0;
    if faults.is_empty() {
        return Ok(Model { features, outputs, average: false, objective, trees, base, single: true });
    }
    let count = faults.len();
    faults.truncate(LISTED_FAULTS);
    Err(TreesError::Faults { faults, count })
}

/// Names of the features; `f0`, `f1`, … as in XGBoost if the model has none.
fn features(names: &[String], parameters: &Parameters, faults: &mut Faults) -> Vec<String> {
    let count = parameters.num_feature.parse::<usize>().ok().filter(|count| *count <= 1 << 20);
    let Some(count) = count else {
        faults.add("learner", "num_feature", "a number up to 1048576", &parameters.num_feature);
        return names.to_vec();
    };
    if names.is_empty() {
        return (0..count).map(|number| format!("f{number}")).collect();
    }
    if names.len() != count {
        faults.add("learner", "feature_names", format!("{count} names"), names.len());
    }
    names.to_vec()
}

fn objective(name: &str, faults: &mut Faults) -> Objective {
    match name {
        "binary:logistic" | "reg:logistic" => Objective::Sigmoid(1.0),
        "multi:softprob" | "multi:softmax" => Objective::Softmax,
        "count:poisson" | "reg:gamma" | "reg:tweedie" => Objective::Exponential,
        "reg:squarederror"
        | "reg:absoluteerror"
        | "reg:pseudohubererror"
        | "reg:quantileerror"
        | "binary:logitraw"
        | "rank:pairwise"
        | "rank:ndcg"
        | "rank:map" => Objective::Identity,
        other => {
            faults.add("learner", "objective", "an objective of XGBoost 3 for gbtree", other);
            Objective::Identity
        }
    }
}

/// Bias of each output on the scale of raw scores: `5E-1`, or `[1E-1,2E-1]`.
fn base(text: &str, objective: Objective, outputs: usize, faults: &mut Faults) -> Vec<f64> {
    let numbers: Option<Vec<f32>> =
        text.trim_matches(['[', ']']).split(',').map(|number| number.trim().parse().ok()).collect();
    let margin = |score: f32| match objective {
        Objective::Sigmoid(_) => -(1.0 / score - 1.0).ln(),
        Objective::Exponential => score.ln(),
        _ => score,
    };
    let margins: Vec<f64> = numbers.unwrap_or_default().into_iter().map(|score| f64::from(margin(score))).collect();
    match margins.as_slice() {
        [one] if one.is_finite() => vec![*one; outputs],
        all if all.len() == outputs && all.iter().all(|margin| margin.is_finite()) => margins,
        _ => {
            faults.add("learner", "base_score", format!("1 or {outputs} numbers that the objective can give"), text);
            Vec::new()
        }
    }
}

/// Renumbers nodes and leaves from the root, parents before children.
fn tree(raw: &RawTree, features: usize, place: &str, faults: &mut Faults) -> Option<ParsedTree> {
    let before = faults.0.len();
    let count = raw.left_children.len();
    let lengths =
        [raw.right_children.len(), raw.split_indices.len(), raw.split_conditions.len(), raw.default_left.len()];
    if count == 0 || lengths.iter().any(|length| *length != count) {
        faults.add(place, "left_children", "lists of one length, at least 1", format!("{count} and {lengths:?}"));
        return None;
    }
    let mut parsed = ParsedTree { nodes: Vec::new(), leaves: Vec::new(), output: 0 };
    let mut seen = vec![false; count];
    // node in the file, and the field of its parent that names it
    let mut open = vec![(0_usize, None)];
    while let Some((at, parent)) = open.pop() {
        if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
            faults.add(place, "left_children", format!("nodes below {count}, each once"), at);
            continue;
        }
        let left = raw.left_children.get(at).copied().unwrap_or(-1);
        let right = raw.right_children.get(at).copied().unwrap_or(-1);
        let own = match (usize::try_from(left), usize::try_from(right)) {
            (Ok(left), Ok(right)) => {
                let number = parsed.nodes.len();
                let (feature, decision) = node(raw, at, features, place, faults);
                let unset = Child::Leaf(usize::MAX);
                parsed.nodes.push(ParsedNode { feature, decision, left: unset, right: unset });
                open.push((right, Some((number, false))));
                open.push((left, Some((number, true))));
                Child::Node(number)
            }
            (Err(_), Err(_)) => {
                parsed.leaves.push(raw.split_conditions.get(at).copied().map_or(0.0, f64::from));
                Child::Leaf(parsed.leaves.len() - 1)
            }
            _ => {
                faults.add(place, "right_children", "two children or none", format!("{left} and {right}"));
                continue;
            }
        };
        if let Some((parent, is_left)) = parent
            && let Some(parent) = parsed.nodes.get_mut(parent)
        {
            *(if is_left { &mut parent.left } else { &mut parent.right }) = own;
        }
    }
    (faults.0.len() == before).then_some(parsed)
}

fn node(raw: &RawTree, at: usize, features: usize, place: &str, faults: &mut Faults) -> (usize, Decision) {
    let feature = raw.split_indices.get(at).copied().unwrap_or_default();
    if feature >= features {
        faults.add(place, "split_indices", format!("features below {features}"), feature);
    }
    let nan_left = raw.default_left.get(at).is_some_and(|flag| flag.set());
    let threshold = raw.split_conditions.get(at).copied().unwrap_or_default();
    if raw.split_type.get(at).copied().unwrap_or_default() == 0 {
        return (feature, Decision::Threshold { threshold: threshold.next_down(), nan_left });
    }
    let set = raw.categories_nodes.iter().position(|node| *node == at).and_then(|set| {
        let start = *raw.categories_segments.get(set)?;
        raw.categories.get(start..start.checked_add(*raw.categories_sizes.get(set)?)?)
    });
    let Some(set) = set.filter(|set| set.iter().all(|category| *category < CATEGORIES)) else {
        faults.add(place, "categories_nodes", format!("a set of categories below {CATEGORIES} for the node"), at);
        return (feature, Decision::Excluded { members: Vec::new(), nan_left });
    };
    let words = set.iter().max().map_or(0, |largest| largest / WORD + 1);
    let mut members = vec![0_u32; words as usize];
    for category in set {
        if let Some(word) = members.get_mut((category / WORD) as usize) {
            *word |= 1 << (category % WORD);
        }
    }
    (feature, Decision::Excluded { members, nan_left })
}

#[cfg(test)]
mod tests;
