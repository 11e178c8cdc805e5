//! Bit-vector form of a tree of at most 64 leaves.
//!
//! Leaves are numbered from left to right. A row starts with all bits set; each node whose decision is "right" clears the
//! bits of its left subtree. The lowest remaining bit is the leaf of the row.

use super::{
    BLOCK, Block,
    decision::{Decision, excluded, member},
    text::{Child, ParsedTree},
};

/// A tree as nodes in any order.
#[derive(Debug, Clone)]
pub(super) enum Bits {
    /// At most 32 leaves.
    Narrow(Form<u32>),
    /// At most 64 leaves.
    Wide(Form<u64>),
}

#[derive(Debug, Clone)]
pub(super) struct Form<M> {
    nodes: Vec<Node<M>>,
    /// Values from left to right, padded with 0.
    leaves: Box<[f64; 64]>,
}

#[derive(Debug, Clone)]
pub(super) struct Node<M> {
    feature: usize,
    decision: Decision,
    /// Bits to keep if the decision is "right".
    keep: M,
}

/// Word of leaf bits.
pub(super) trait Mask: Copy + std::ops::BitAndAssign {
    const ALL: Self;
    /// Position of the lowest set bit, below 64.
    fn lowest(self) -> usize;
    /// The low bits of a 64-bit word.
    fn of(bits: u64) -> Self;
}

impl Mask for u32 {
    const ALL: Self = Self::MAX;
    fn lowest(self) -> usize {
        (self.trailing_zeros() & 63) as usize
    }
    fn of(bits: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the high half is beyond the leaves of a narrow tree")]
        let low = bits as Self;
        low
    }
}

impl Mask for u64 {
    const ALL: Self = Self::MAX;
    fn lowest(self) -> usize {
        (self.trailing_zeros() & 63) as usize
    }
    fn of(bits: u64) -> Self {
        bits
    }
}

impl Bits {
    /// Converts a tree; `None` if it has more than 64 leaves.
    pub(super) fn new(tree: &ParsedTree) -> Option<Self> {
        match tree.leaves.len() {
            0..=32 => Form::new(tree).map(Self::Narrow),
            33..=64 => Form::new(tree).map(Self::Wide),
            _ => None,
        }
    }

    /// Passes each row's score and leaf value to `add`.
    pub(super) fn add<'a>(
        &self,
        block: &Block,
        scores: impl Iterator<Item = &'a mut f64>,
        add: impl Fn(&mut f64, f64),
    ) {
        match self {
            Self::Narrow(form) => form.add(block, scores, add),
            Self::Wide(form) => form.add(block, scores, add),
        }
    }
}

impl<M: Mask> Form<M> {
    fn new(tree: &ParsedTree) -> Option<Self> {
        let mut leaves = Box::new([0.0; 64]);
        let mut excluded = vec![0_u64; tree.nodes.len()];
        // depth first, left before right; nodes whose left subtree is unfinished stay on the stack
        let mut stack = vec![Visit::Child(if tree.nodes.is_empty() { Child::Leaf(0) } else { Child::Node(0) })];
        let mut next = 0_usize;
        while let Some(visit) = stack.pop() {
            match visit {
                Visit::Child(Child::Leaf(leaf)) => {
                    *leaves.get_mut(next)? = *tree.leaves.get(leaf)?;
                    next += 1;
                }
                Visit::Child(Child::Node(at)) => {
                    let node = tree.nodes.get(at)?;
                    stack.push(Visit::Child(node.right));
                    stack.push(Visit::LeftDone { at, from: next });
                    stack.push(Visit::Child(node.left));
                }
                Visit::LeftDone { at, from } => {
                    // bits from..next; next ≤ 63, because the right subtree has a leaf
                    *excluded.get_mut(at)? =
                        (1_u64.checked_shl(u32::try_from(next).ok()?)? - 1) & !((1_u64 << from) - 1);
                }
            }
        }
        let nodes = tree.nodes.iter().zip(excluded).map(|(node, excluded)| Node {
            feature: node.feature,
            decision: node.decision.clone(),
            keep: M::of(!excluded),
        });
        Some(Self { nodes: nodes.collect(), leaves })
    }

    fn add<'a>(&self, block: &Block, scores: impl Iterator<Item = &'a mut f64>, add: impl Fn(&mut f64, f64)) {
        let mut bits = [M::ALL; BLOCK];
        for node in &self.nodes {
            node.clear(block.column(node.feature), &mut bits);
        }
        for (score, bits) in scores.zip(bits) {
            #[expect(clippy::indexing_slicing, reason = "the position of a bit is below 64")]
            let leaf = self.leaves[bits.lowest()];
            add(score, leaf);
        }
    }
}

enum Visit {
    Child(Child),
    LeftDone { at: usize, from: usize },
}

impl<M: Mask> Node<M> {
    /// One branch-free loop per kind of decision, so that the compiler uses vector instructions.
    fn clear(&self, values: &[f32; BLOCK], bits: &mut [M; BLOCK]) {
        let keep = self.keep;
        match &self.decision {
            // !(value > t) is true for NaN, value <= t is not
            #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN goes left")]
            Decision::Threshold { threshold, nan_left: true } => {
                each(values, bits, keep, |value| !(value > *threshold));
            }
            Decision::Threshold { threshold, nan_left: false } => {
                each(values, bits, keep, |value| value <= *threshold);
            }
            decision @ Decision::ZeroMissing { .. } => each(values, bits, keep, |value| decision.left(value)),
            Decision::Category { members } => each(values, bits, keep, |value| member(members, value)),
            Decision::Excluded { members, nan_left } => {
                each(values, bits, keep, |value| excluded(members, *nan_left, value));
            }
        }
    }
}

#[inline]
fn each<M: Mask>(values: &[f32; BLOCK], bits: &mut [M; BLOCK], keep: M, left: impl Fn(f32) -> bool) {
    for (bits, value) in bits.iter_mut().zip(values) {
        *bits &= if left(*value) { M::ALL } else { keep };
    }
}
