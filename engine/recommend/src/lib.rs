//! Recalls, merges, filters, ranks and re-ranks candidates within a deadline, and records every decision.
//!
//! A [`Pipeline`] is compiled once from a JSON or YAML specification and answers any number of concurrent requests. It
//! guarantees that:
//!
//! - the order in which sources answer changes nothing: their answers are merged in declared order;
//! - an item keeps every source, rank and score with which it was found, and is never lost, invented or duplicated;
//! - a node returns a change and never edits the list, so a weak node that fails, panics or is late leaves the list as it
//!   was and is listed in [`Slate::degraded`];
//! - a specification with faults is rejected, and all of its faults are reported;
//! - the same request, seed and data give the same answer;
//! - for each item, the [`Record`] says where it came from, what moved it and what removed it.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::float_cmp, reason = "tests")
)]

mod ask;
mod builtin;
mod candidates;
mod cel;
mod data;
mod effect;
mod enrich;
mod error;
mod filter;
pub mod guide;
mod hits;
mod id;
mod index;
mod items;
mod key;
mod linear;
mod merge;
mod node;
mod parts;
mod pipeline;
mod post;
mod rank;
mod recall;
mod record;
mod rerank;
mod scenes;
mod score;
mod shares;
mod span;
mod spec;
mod types;

pub use ask::{Ask, Request};
pub use builtin::builtin;
pub use candidates::{Candidates, by_score};
pub use data::{Data, MemoryFeatures, MemoryLabels, MemoryLists, MemoryVectors};
pub use effect::{Column, Effect, Explain, Facts, Lapse, Removal};
pub use error::NodeError;
pub use hits::{Found, Hit, Hits, Item, PADDED, Refused};
pub use id::Id;
pub use live_pack_recommend_model::{Matrix, Schema};
pub use node::{Call, Node, Recall, Recalled, Source, Work};
pub use parts::{FeatureStore, LabelStore, Labels, Lists, Parts, Rows, Vectors};
pub use pipeline::{CompileError, Hook, Pipeline, Unanswered, schema};
pub use record::{Move, Provenance, Provenances, Record, Slate, SlateItem, Why};
pub use scenes::{Recommender, Scenes, UnknownScene};
pub use score::Score;
pub use shares::largest_remainder;
pub use span::Span;
pub use spec::{Fault, Faults, Format, TextError, parse};
pub use types::{Configure, Made, NodeType, Site, Types};
