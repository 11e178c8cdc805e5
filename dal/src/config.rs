//! Hot configuration: one JSON file per key, validated; the last good value is kept; one snapshot per request.
//!
//! [`Centre`] holds it, [`Conf`] is the value that requests read, [`Fault`] is a fault of a file. A key without a file
//! has its defaults, so no file is needed. `conf/README.md` documents every key.

mod ab;
mod business;
mod cache;
mod callers;
mod centre;
mod check;
mod conf;
mod downstream;
mod effective;
mod engine;
mod entry;
mod fault;
mod fcp;
mod key;
mod keyed;
mod label;
mod overload;
mod page;
mod parse;
mod rates;
mod region;
mod running;
mod selling;
mod size;
mod slots;
mod span;
mod store;
mod watch;

pub use ab::AbConf;
pub use business::{
    AgeGate, Atmosphere, AuctionRules, ButtonRules, FlashSaleRules, LeadButton, SoldTextRules, StockPolicy,
};
pub use cache::CacheConf;
pub use callers::{Caller, CallerConf, Class, Evidence};
pub use centre::{Centre, Options, Reload, Snapshot};
pub use conf::Conf;
pub(crate) use downstream::static_instances;
pub use downstream::{DownstreamConf, GroupConf, ServiceConf};
pub use effective::{EffectiveEngine, EffectiveTask, Origin, Said};
pub use engine::{
    AppVersions, DEFAULT_ENGINE_TIMEOUT, EngineConf, EngineEntry, EngineMode, Importance, JoinBefore,
    MAX_ENGINE_TIMEOUT, Name, Percent, Rollout, Shed, TaskConf, TaskStrength,
};
pub use entry::{EntryRules, Gate};
pub use fault::Fault;
pub use fcp::{FcpComponent, FcpConf, FcpScene};
pub use key::{Environment, Key};
pub use label::{LABEL_CODES, LabelRules, LabelStyle};
pub use overload::OverloadRules;
pub use page::{BannerRules, PollRules, TabRules};
pub use rates::{Rate, RateConf, RateLevel};
pub use running::{DegradeConf, Feature, MockConf};
pub use selling::ButtonConf;
pub use slots::{KeyStatus, Rejected, Source};
pub use store::{check_dir, check_text};
pub use watch::Watching;

#[cfg(test)]
mod tests;
