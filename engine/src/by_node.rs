//! Per-node tables: the only place where a node's number is used as an index.

use std::ops::{Index, IndexMut};

/// The number of a node in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u16);

impl NodeId {
    /// Maximum number of nodes in a plan.
    pub(crate) const MAX: usize = u16::MAX as usize;

    /// Numbers above [`Self::MAX`] saturate; a plan is checked to have fewer nodes.
    pub(crate) fn new(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value for each node of a plan.
#[derive(Debug, Clone)]
pub(crate) struct ByNode<T>(Box<[T]>);

impl<T> ByNode<T> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<T> {
        (0..self.0.len()).map(NodeId::new)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (NodeId, &T)> {
        self.0.iter().enumerate().map(|(index, value)| (NodeId::new(index), value))
    }
}

impl<T> Default for ByNode<T> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<T> FromIterator<T> for ByNode<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[expect(clippy::indexing_slicing, reason = "node ids come from the plan whose length every table shares")]
impl<T> Index<NodeId> for ByNode<T> {
    type Output = T;

    fn index(&self, node: NodeId) -> &T {
        &self.0[node.index()]
    }
}

#[expect(clippy::indexing_slicing, reason = "node ids come from the plan whose length every table shares")]
impl<T> IndexMut<NodeId> for ByNode<T> {
    fn index_mut(&mut self, node: NodeId) -> &mut T {
        &mut self.0[node.index()]
    }
}
