//! Parser of LightGBM's text format.

mod fields;

use super::{
    decision::{Decision, Missing},
    objective::Objective,
};
use fields::Fields;

/// Maximum number of faults that one error lists; the rest are counted.
pub(super) const LISTED_FAULTS: usize = 20;

/// Maximum number of outputs of a model.
pub(super) const MOST_OUTPUTS: usize = 65_536;

/// A fault of a model file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}, {key}: expected {expected}, found {found}")]
pub struct TreeFault {
    /// "header" or "tree n", from 0 as in the file.
    pub place: String,
    /// Key of the line.
    pub key: &'static str,
    /// The broken rule.
    pub expected: String,
    /// Value found, cut to 60 characters, or "nothing".
    pub found: String,
}

/// Failure to read a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreesError {
    /// The text does not start like a LightGBM model.
    #[error("not a model: expected LightGBM's text, whose first line is `tree`, or XGBoost's JSON, found {found:?}")]
    NotATextModel {
        /// First line, cut to 60 characters.
        found: String,
    },
    /// The file ends before the line `end of trees`.
    #[error("the model is cut off: no line `end of trees` after {trees} trees")]
    CutOff {
        /// Number of trees found.
        trees: usize,
    },
    /// The JSON is not an XGBoost model.
    #[error("not an XGBoost JSON model: {reason}")]
    Json {
        /// Position and rule.
        reason: String,
    },
    /// An XGBoost booster that is not `gbtree`.
    #[error("the booster must be gbtree, found {name}")]
    Booster {
        /// Name of the booster.
        name: String,
    },
    /// Faults in header or trees.
    #[error("faults of the model: {count}{}", faults.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
    Faults {
        /// The first faults.
        faults: Vec<TreeFault>,
        /// Total number of faults.
        count: usize,
    },
}

/// Target of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Child {
    /// Another node.
    Node(usize),
    /// A leaf.
    Leaf(usize),
}

/// A node of a parsed tree.
#[derive(Debug, Clone)]
pub(super) struct ParsedNode {
    pub(super) feature: usize,
    pub(super) decision: Decision,
    pub(super) left: Child,
    pub(super) right: Child,
}

/// A tree in which each node and leaf is reached exactly once from node 0, and children come after their parents.
#[derive(Debug, Clone)]
pub(super) struct ParsedTree {
    pub(super) nodes: Vec<ParsedNode>,
    pub(super) leaves: Vec<f64>,
    /// Output that the tree adds to.
    pub(super) output: usize,
}

/// A parsed model.
pub(super) struct Model {
    pub(super) features: Vec<String>,
    pub(super) outputs: usize,
    pub(super) average: bool,
    pub(super) objective: Objective,
    pub(super) trees: Vec<ParsedTree>,
    /// Raw score of each output before the first tree.
    pub(super) base: Vec<f64>,
    /// Whether raw scores are sums of `f32`, as in XGBoost, and tiny values are distinct from 0.
    pub(super) single: bool,
}

impl Model {
    pub(super) fn parse(text: &str) -> Result<Self, TreesError> {
        let mut lines = text.lines().map(str::trim_end);
        let first = lines.next().unwrap_or_default();
        if first != "tree" {
            return Err(TreesError::NotATextModel { found: first.chars().take(60).collect() });
        }
        let mut sections = vec![Fields::new("header".to_owned())];
        let mut ended = false;
        for line in lines {
            if let Some(number) = line.strip_prefix("Tree=") {
                sections.push(Fields::new(format!("tree {number}")));
            } else if line == "end of trees" {
                ended = true;
                break;
            } else if let Some(section) = sections.last_mut() {
                section.push(line);
            }
        }
        if !ended {
            return Err(TreesError::CutOff { trees: sections.len() - 1 });
        }
        let mut faults = Vec::new();
        let mut sections = sections.into_iter();
        let header = sections.next().and_then(|mut fields| Self::header(&mut fields, &mut faults));
        let features = header.as_ref().map_or(usize::MAX, |model| model.features.len());
        let outputs = header.as_ref().map_or(1, |model| model.outputs);
        let trees = sections.enumerate().filter_map(|(number, mut fields)| {
            let tree = tree(&mut fields, features, &mut faults)?;
            Some(ParsedTree { output: number % outputs, ..tree })
        });
        let trees: Vec<_> = trees.collect();
        match header {
            Some(model) if faults.is_empty() => Ok(Self { trees, ..model }),
            _ => {
                let count = faults.len();
                faults.truncate(LISTED_FAULTS);
                Err(TreesError::Faults { faults, count })
            }
        }
    }

    fn header(fields: &mut Fields<'_>, faults: &mut Vec<TreeFault>) -> Option<Self> {
        let features: Vec<String> = fields.text("feature_names").split_whitespace().map(str::to_owned).collect();
        let last = fields.number::<usize>("max_feature_idx");
        if last.is_some_and(|last| last.checked_add(1) != Some(features.len())) {
            fields.fault("feature_names", "as many names as max_feature_idx + 1", features.len());
        }
        let outputs = fields.number::<usize>("num_tree_per_iteration");
        if let Some(outputs) = outputs.filter(|outputs| !(1..=MOST_OUTPUTS).contains(outputs)) {
            fields.fault("num_tree_per_iteration", format!("1 to {MOST_OUTPUTS}"), outputs);
        }
        let objective = Objective::parse(fields.optional("objective").unwrap_or("none"));
        if let Err(found) = &objective {
            fields.fault("objective", "an objective of LightGBM 4", found);
        }
        let average = fields.has("average_output");
        let good = fields.report(faults);
        let (Some(outputs), Ok(objective), true) = (outputs, objective, good) else { return None };
        let base = vec![0.0; outputs];
        Some(Self { features, outputs, average, objective, trees: Vec::new(), base, single: false })
    }
}

fn tree(fields: &mut Fields<'_>, features: usize, faults: &mut Vec<TreeFault>) -> Option<ParsedTree> {
    let count = fields.number::<usize>("num_leaves").unwrap_or_default();
    if count == 0 {
        fields.fault("num_leaves", "at least 1", 0);
    }
    if fields.optional("is_linear").is_some_and(|value| value != "0") {
        fields.fault("is_linear", "0 (linear leaves are not supported)", 1);
    }
    let leaves = fields.list::<f64>("leaf_value", count);
    if leaves.iter().any(|value| value.is_nan()) {
        fields.fault("leaf_value", "numbers", "NaN");
    }
    // from the actual leaves: a wrong count must not size an allocation
    let inner = leaves.len().saturating_sub(1);
    let nodes = if inner == 0 { Vec::new() } else { nodes(fields, inner, features) };
    if fields.report(faults) { Some(ParsedTree { nodes, leaves, output: 0 }) } else { None }
}

fn nodes(fields: &mut Fields<'_>, inner: usize, features: usize) -> Vec<ParsedNode> {
    let split = fields.list::<usize>("split_feature", inner);
    let thresholds = fields.list::<f64>("threshold", inner);
    let kinds = fields.list::<u8>("decision_type", inner);
    let left = fields.list::<i64>("left_child", inner);
    let right = fields.list::<i64>("right_child", inner);
    let categories = Categories::read(fields);
    if let Some(feature) = split.iter().find(|feature| **feature >= features) {
        fields.fault("split_feature", format!("features below {features}"), feature);
    }
    let mut seen = Seen { nodes: vec![false; inner], leaves: vec![false; inner + 1] };
    let mut nodes = Vec::with_capacity(inner);
    let all = split.iter().zip(&thresholds).zip(&kinds).zip(left.iter().zip(&right)).enumerate();
    for (at, (((feature, threshold), kind), (left, right))) in all {
        let decision = decision(fields, &categories, *threshold, *kind);
        let left = seen.child(fields, "left_child", at, *left);
        let right = seen.child(fields, "right_child", at, *right);
        if let (Some(decision), Some(left), Some(right)) = (decision, left, right) {
            nodes.push(ParsedNode { feature: *feature, decision, left, right });
        }
    }
    nodes
}

/// Children named so far, to reject duplicates. With 2n children for n − 1 nodes and n + 1 leaves, each named at most
/// once and none before its parent, everything is reachable from the root.
struct Seen {
    nodes: Vec<bool>,
    leaves: Vec<bool>,
}

impl Seen {
    fn child(&mut self, fields: &mut Fields<'_>, key: &'static str, parent: usize, value: i64) -> Option<Child> {
        let (child, mark) = if let Ok(node) = usize::try_from(value) {
            (Child::Node(node), self.nodes.get_mut(node).filter(|_| node > parent))
        } else {
            let leaf = usize::try_from(!value).ok()?;
            (Child::Leaf(leaf), self.leaves.get_mut(leaf))
        };
        match mark {
            Some(mark) if !*mark => {
                *mark = true;
                Some(child)
            }
            _ => {
                let rule = format!("a node behind {parent} or a leaf (−1 − number), each once");
                fields.fault(key, rule, value);
                None
            }
        }
    }
}

/// Category sets of one tree.
struct Categories {
    bounds: Vec<usize>,
    words: Vec<u32>,
}

impl Categories {
    fn read(fields: &mut Fields<'_>) -> Self {
        let count = fields.number::<usize>("num_cat").unwrap_or_default();
        if count == 0 {
            return Self { bounds: Vec::new(), words: Vec::new() };
        }
        let bounds = fields.list::<usize>("cat_boundaries", count.saturating_add(1));
        let words = fields.list::<u32>("cat_threshold", bounds.last().copied().unwrap_or_default());
        Self { bounds, words }
    }

    fn members(&self, threshold: f64) -> Option<&[u32]> {
        if !(0.0..1e9).contains(&threshold) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 1e9")]
        let at = threshold as usize;
        self.words.get(*self.bounds.get(at)?..*self.bounds.get(at + 1)?)
    }
}

/// Bits of `decision_type`: 0 categorical, 1 default left, 2–3 missing type.
fn decision(fields: &mut Fields<'_>, categories: &Categories, threshold: f64, kind: u8) -> Option<Decision> {
    let missing = match kind >> 2 {
        0 => Missing::None,
        1 => Missing::Zero,
        2 => Missing::NaN,
        _ => {
            fields.fault("decision_type", "a missing type of 0, 1 or 2", kind);
            return None;
        }
    };
    if kind & 1 == 0 {
        if threshold.is_nan() {
            fields.fault("threshold", "a number", threshold);
            return None;
        }
        return Some(Decision::numerical(threshold, missing, kind & 2 != 0));
    }
    let Some(members) = categories.members(threshold) else {
        fields.fault("threshold", "the number of a set in cat_boundaries", threshold);
        return None;
    };
    Some(Decision::Category { members: members.to_vec() })
}

#[cfg(test)]
mod tests;
