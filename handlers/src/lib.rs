//! One file per RPC: check the request, build its engines, run them, build the answer.
//!
//! The path of a call: [`LivePack`] (the table of methods) → `interface::answer` (check, identity, one snapshot) → the
//! interface's own `answer` in `interfaces/`, which runs engines through a `Turn` – alone, or as branches of a flow – →
//! `interface::finish` (envelope, losses, the record). A `Part` is the result of an engine or a flow; a flow composes a
//! `Whole` of several.
//!
//! Handlers hold no business rule and loop over no products. Failures become status codes in [`status`] only.

mod check;
mod compose;
mod degraded;
mod engine_states;
pub mod engines;
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
mod traffic;
mod turn;

pub use engine_states::EngineStates;
pub use live_pack::{LivePack, Place, SetupError};
pub use plans::{AnyPlan, Plans};
