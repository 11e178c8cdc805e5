//! Recall, merge, filter, rank and re-rank candidates within a deadline, with a record of every decision.
//!
//! A [`Pipeline`] is compiled from a specification in JSON or YAML, is resident, and answers any number of requests at
//! once. What it promises:
//!
//! - sources answer in declared order: the order in which their answers arrive changes nothing;
//! - an item keeps each source, rank and score that found it, and is neither lost, invented nor doubled;
//! - a node returns the change that it wants and never edits the list, so a weak node that fails, panics or is late
//!   leaves the list as it was and is named in [`Slate::degraded`];
//! - a specification with faults does not come into being, and all of its faults are reported;
//! - the same request, seed and data give the same answer;
//! - the [`Record`] tells for each item where it came from, what moved it and what removed it.

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
