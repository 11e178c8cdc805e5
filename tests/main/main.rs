//! Everything that crosses crates, in one binary with a module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use live_pack_entities::{item, scene};

mod add_a_task;
mod admission;
mod allocations;
mod ask;
mod assembled;
mod bad_input;
mod banners;
mod blocked_files;
mod branches;
mod calls;
mod canary;
mod circuits;
mod command_line;
mod configuration;
mod counts;
mod creator_shop;
mod documents;
mod downstream_sources;
mod drawing;
mod encoded;
mod equality;
mod evolution;
mod examples;
mod experiments;
mod fault_matrix;
mod fault_proxy;
mod faults;
mod golden;
mod honest;
mod hostile;
mod house;
mod input;
mod json_client;
#[allow(dead_code, unreachable_pub, reason = "as a developer would write it in the entities")]
mod like_count_loader;
mod listener;
/// The loaders of the entities, and the one of the guide.
mod loaders {
    pub(crate) use live_pack_entities::loaders::ProductDetails;

    pub(crate) use crate::like_count_loader::LikeCount;
}
mod logs;
mod methods;
#[allow(dead_code, unreachable_pub, reason = "as a developer would write it in the entities")]
mod new_product_filter;
mod observability;
mod offers;
mod ops_port;
mod otlp;
mod pages;
#[allow(dead_code, unreachable_pub, reason = "as a developer would write it in the entities")]
mod praise_converter;
mod prices;
mod process;
mod recommend;
mod recommend_offline;
mod recommend_readme;
mod recommend_trained;
mod recorded;
mod records;
mod redis;
mod regions;
mod restart;
mod rooms;
mod same_bytes;
mod screens;
mod serve;
mod shadows;
#[cfg(feature = "shop")]
mod shop;
mod stack;
mod stale;
mod states;
mod surprise_set;
mod switches;
mod takeover;
mod tap;
mod tasks;
mod traces;
mod truth;
mod unread;
mod vouchers;
mod wire;
mod zero_values;
