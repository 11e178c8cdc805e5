//! Re-rankers: orders that look at the list as a whole.

mod dpp;
mod embedding;
mod greedy;
mod interleave;
mod mmr;
mod ssd;
mod topn;

use crate::types::NodeType;

/// The built-in re-rankers.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![
        NodeType::node::<dpp::Dpp>(),
        NodeType::node::<interleave::FairInterleave>(),
        NodeType::node::<interleave::WeightedInterleave>(),
        NodeType::node::<mmr::Mmr>(),
        NodeType::node::<ssd::Ssd>(),
        NodeType::node::<topn::TopN>(),
    ]
}
