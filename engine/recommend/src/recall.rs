//! Recall: the fan-out over several sources, and the sources themselves.

mod content;
mod explore;
mod fanout;
mod fixed;
mod graph;
mod neighbours;
mod sorted;
mod tally;
mod trending;
mod vector;

use fanout::Fanout;
pub(crate) use fanout::{MOST_SOURCES, alone};
use fixed::Static;

use crate::{
    candidates::Candidates,
    effect::Effect,
    node::{Call, Node, Recall, Work},
    types::NodeType,
};

/// The built-in sources.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![
        Fanout::<E>::entry(),
        NodeType::source::<Static>(),
        NodeType::source::<sorted::Sorted<0>>(),
        NodeType::source::<sorted::Sorted<1>>(),
        NodeType::source::<sorted::Sorted<2>>(),
        NodeType::source::<sorted::Sorted<3>>(),
        NodeType::source::<sorted::Sorted<4>>(),
        NodeType::source::<trending::Trending>(),
        NodeType::source::<neighbours::OfHistory<false>>(),
        NodeType::source::<neighbours::OfHistory<true>>(),
        NodeType::source::<neighbours::SimilarTo>(),
        NodeType::source::<vector::VectorRecall<0>>(),
        NodeType::source::<vector::VectorRecall<1>>(),
        NodeType::source::<vector::VectorRecall<2>>(),
        NodeType::source::<vector::VectorRecall<3>>(),
        NodeType::source::<vector::VectorRecall<4>>(),
        NodeType::source::<vector::VectorRecall<5>>(),
        NodeType::source::<vector::VectorRecall<6>>(),
        NodeType::source::<content::ContentRecall>(),
        NodeType::source::<graph::Graph>(),
        NodeType::source::<explore::Explore>(),
    ]
}

/// A recall as a step of a pipeline: appends what it found.
pub(crate) struct Step<E>(pub(crate) Box<dyn Recall<E>>);

impl<E: Sync + 'static> Node<E> for Step<E> {
    fn run<'a>(&'a self, call: &'a Call<'a, E>, _: &'a Candidates) -> Work<'a, Effect> {
        self.0.recall_all(call).then(|(added, facts)| Ok(Effect { added, facts, ..Effect::default() }))
    }
}
