//! Node form of a tree: a walk from the root to a leaf.

use super::{
    Block,
    decision::Decision,
    text::{Child, ParsedTree},
};

/// A tree as a list of nodes. Children come after their parents, so every walk ends.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    nodes: Vec<Node>,
    leaves: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Node {
    feature: usize,
    decision: Decision,
    left: Child,
    right: Child,
}

impl Walk {
    pub(super) fn new(tree: &ParsedTree) -> Self {
        let nodes = tree.nodes.iter().map(|node| Node {
            feature: node.feature,
            decision: node.decision.clone(),
            left: node.left,
            right: node.right,
        });
        Self { nodes: nodes.collect(), leaves: tree.leaves.clone() }
    }

    /// Leaf value of one row of a block.
    pub(super) fn value(&self, block: &Block, row: usize) -> f64 {
        let mut at = 0;
        let leaf = loop {
            let Some(node) = self.nodes.get(at) else { break 0 };
            let value = block.column(node.feature).get(row).copied().unwrap_or(f32::NAN);
            match if node.decision.left(value) { node.left } else { node.right } {
                Child::Node(next) => at = next,
                Child::Leaf(leaf) => break leaf,
            }
        };
        self.leaves.get(leaf).copied().unwrap_or_default()
    }
}
