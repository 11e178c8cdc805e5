//! One file an RPC: check the request, build its engines, run them, shape the answer.
//!
//! Handlers hold no business rule and loop over no products. Failures become status codes in [`status`] only.

mod check;
mod degraded;
pub mod engines;
mod get_live_bag_data;
mod identity;
mod live_pack;
mod metrics;
mod plans;
mod record;
mod request;
pub mod request_context;
pub mod status;

pub use live_pack::LivePack;
pub use plans::Plans;
