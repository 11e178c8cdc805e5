//! Everything that crosses crates, in one binary: a module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use live_pack_entities::scene;

mod add_a_task;
mod admission;
mod any;
mod ask;
mod assembled;
mod bad_input;
mod banners;
mod blocked_files;
mod calls;
mod command_line;
mod configuration;
mod counts;
mod creator_shop;
mod documents;
mod drawing;
mod equality;
mod evolution;
mod fault_matrix;
mod faults;
mod golden;
mod guide;
mod honest;
mod hostile;
mod house;
mod input;
#[allow(dead_code, unreachable_pub, reason = "as a developer would write it in the entities")]
mod like_count_loader;
mod listener;
mod logs;
mod methods;
mod offers;
mod ops_port;
mod pages;
mod prices;
mod process;
mod recommend;
mod recommend_offline;
mod recommend_readme;
mod recommend_trained;
mod redis;
mod regions;
mod restart;
mod rooms;
mod same_bytes;
mod screens;
mod serve;
#[cfg(feature = "shop")]
mod shop;
mod stack;
mod states;
mod surprise_set;
mod switches;
mod takeover;
mod tasks;
mod truth;
mod unread;
mod vouchers;
mod wire;
mod zero_values;
