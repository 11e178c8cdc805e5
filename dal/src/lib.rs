//! Everything outside the process: RPC, Redis, caches, configuration, texts, images, regions, experiments.
//!
//! Clients return domain types ([`model`]), never wire types, and contain no business rules. Every look-up has three
//! results: found, missing, failed ([`Lookup`]); "failed" is never turned into "missing".

mod answer_form;
mod batch;
mod cache;
pub mod call;
pub mod clock;
pub mod config;
pub mod error;
pub mod experiment;
pub mod fetch;
pub mod files;
pub mod images;
mod instance;
pub mod json;
pub mod memory;
pub mod mock;
pub mod model;
pub mod money;
pub mod notes;
pub mod rate;
pub mod recording;
pub mod redis;
pub mod region;
pub mod request_label;
pub mod rpc;
pub mod tag;
#[cfg(test)]
mod testing;
pub mod texts;

pub use cache::{CacheName, CacheRules};
pub use call::Call;
pub use clock::Clock;
pub use error::{Error, ErrorKind, Origin};
pub use experiment::{Experiment, Groups, Param};
pub use fetch::{Dal, Reach};
pub use images::{ImageHost, ImageSettings, Images, PictureKind};
pub use live_pack_idl::{Downstream, DownstreamMethod};
pub use memory::{Memories, MemoryName, MemoryRules, Same};
pub use mock::MockRules;
pub use model::Lookup;
pub use money::NumberFormat;
pub use notes::{Asker, Notes};
pub use pilota::FastStr;
pub use rate::RateLimiter;
pub use recording::Recording;
pub use redis::{Redis, RedisSettings, RedisUrl};
pub use request_label::{CheckedLabel, RequestLabel};
pub use rpc::{Rpc, RpcSettings};
pub use rust_decimal::Decimal;
pub use texts::{Language, Text, Texts};
