//! One file an RPC: check the request, build its engines, run them, shape the answer.
//!
//! Handlers hold no business rule and loop over no products. Failures become status codes in [`status`] only.

mod check;
mod degraded;
mod engine_states;
pub mod engines;
mod envelope;
mod flows;
mod identity;
mod interface;
mod interfaces;
mod live_pack;
mod metrics;
mod part;
mod plans;
mod record;
pub mod request_context;
pub mod status;
mod turn;
mod whole;

pub use engine_states::EngineStates;
pub use live_pack::{LivePack, Place, SetupError};
pub use plans::{AnyPlan, Plans};
