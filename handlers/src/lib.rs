//! One file per RPC: checks the request, builds and runs its engines, and builds the answer.
//!
//! The path of a call: `live_pack.rs` (the table of methods) → `answer.rs` (check, identity, one snapshot) → the
//! interface's own `answer` in `interfaces/`, which runs engines through an `ActiveCall`, alone or as branches of a flow
//! that fills a `Draft` (`compose.rs`) → `answer.rs` (envelope, losses, the record). Every engine and every flow ends in
//! a `WithLosses`: the answer or the failure, and the losses.
//!
//! Handlers contain no business rules and do not loop over products. Only `status` maps failures to status codes.

mod active_call;
mod answer;
mod budget;
pub mod call_json;
pub mod call_record;
mod check;
mod compose;
mod degraded;
mod engine_states;
pub mod engines;
mod envelope;
mod experiments;
pub mod hints;
mod identity;
mod interface;
mod interfaces;
pub mod keeping;
mod live_pack;
mod metrics;
mod params;
mod plans;
pub mod reasons;
mod record;
pub mod request_context;
pub mod runs;
mod service;
mod status;
mod user_key;
mod with_losses;

#[cfg(test)]
mod testing;

pub use budget::Budget;
pub use engine_states::EngineStates;
pub use live_pack::{LivePack, Plans, SetupError};
pub use plans::AnyPlan;
pub use service::ServiceOptions;
pub use user_key::{NoRandomness, UserKey};
