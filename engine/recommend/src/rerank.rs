//! Re-rankers: orders that consider the list as a whole.

mod author_decay;
mod bandit;
mod calibration;
mod channel_mix;
mod cold_start;
mod diversity;
mod dpp;
mod embedding;
mod greedy;
mod group_quota;
mod interleave;
mod mmr;
mod sample;
mod score_adjust;
mod ssd;
mod topn;
mod traffic_plan;

use crate::types::NodeType;

/// The built-in re-rankers.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![
        NodeType::node::<author_decay::AuthorDecay>(),
        NodeType::node::<bandit::EpsilonGreedy>(),
        NodeType::node::<bandit::Thompson>(),
        NodeType::node::<bandit::Ucb>(),
        NodeType::node::<calibration::Calibration>(),
        NodeType::node::<channel_mix::ChannelMix>(),
        NodeType::node::<cold_start::ColdStart>(),
        NodeType::node::<diversity::Diversity>(),
        NodeType::node::<dpp::Dpp>(),
        NodeType::node::<group_quota::GroupQuota>(),
        NodeType::node::<interleave::FairInterleave>(),
        NodeType::node::<interleave::WeightedInterleave>(),
        NodeType::node::<mmr::Mmr>(),
        NodeType::node::<sample::Sample>(),
        NodeType::node::<score_adjust::ScoreAdjust>(),
        NodeType::node::<score_adjust::ScoreWeight>(),
        NodeType::node::<ssd::Ssd>(),
        NodeType::node::<topn::TopN>(),
        NodeType::node::<traffic_plan::TrafficPlan>(),
    ]
}
