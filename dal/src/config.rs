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
mod degrade;
mod downstream;
mod effective;
mod engine;
mod entry;
mod environment;
mod fault;
mod fcp;
mod key;
mod keyed;
mod label;
mod log;
mod mock;
mod overload;
mod page;
mod parse;
mod percent;
mod rates;
mod region;
mod selling;
mod size;
mod slots;
mod span;
mod store;
mod table;
mod watch;

pub use ab::{AbConf, Arm, Conditions, Experiment, ExperimentRules, MOST_EXPERIMENTS, Param, Params, Slot};
pub use business::{
    AgeGate, Atmosphere, AuctionRules, ButtonRules, FlashSaleRules, LeadButton, SoldTextRules, StockPolicy,
};
pub use cache::CacheConf;
pub use callers::{Caller, CallerConf, Class, Evidence};
pub use centre::{Centre, Options, Reload, Snapshot};
pub use check::Check;
pub use conf::Conf;
pub use degrade::{DegradeConf, Feature};
pub(crate) use downstream::static_instances;
pub use downstream::{
    AdaptiveRules, BreakerRules, BulkheadRules, DownstreamConf, Failing, Forced, GroupConf, HedgeRules, RetryRules,
    ServiceConf,
};
pub use effective::{EffectiveEngine, EffectiveTask, Said, SaidBy};
pub use engine::{EngineConf, EngineEntry, MAX_ENGINE_TIMEOUT, Name, Overlay, TaskConf};
pub use entry::{EntryRules, Gate};
pub use environment::{Environment, NotAnEnvironment};
pub use fault::Fault;
pub use fcp::{FcpComponent, FcpConf, FcpScene};
pub use key::Key;
pub use label::{LABEL_CODES, LabelRules, LabelStyle};
pub use log::{Follow, LogConf, LogLevel, LogLevels, Share};
pub use overload::OverloadRules;
pub use page::{BannerRules, PollRules, TabRules};
pub use percent::Percent;
pub use rates::{Rate, RateConf, RateLevel};
pub use selling::ButtonConf;
pub use slots::{KeyStatus, Rejected, Source};
pub use span::{NotASpan, Span};
pub use store::{check_dir, check_text};
pub use watch::Watching;

#[cfg(test)]
mod tests;
