//! Orders: placing, cancelling, changing the address, settling, expiring. All writes of the trade cell go through one batch.

mod batch;
mod place;
mod read;
mod request;
mod state;
mod timers;
mod transition;
mod view;
mod working;
mod write;

pub use batch::TradeBatch;
pub use read::{by_id, list};
pub use request::{Cancel, Keyed, Outcome, Place, Readdress, TradeRequest};
pub use state::{Actor, State, TRANSITIONS, allowed};
pub use timers::{purge, run as run_timers};
pub use view::quote_view;

/// Time that a buyer has to pay an order, in milliseconds.
pub const PAY_WITHIN_MS: i64 = 15 * 60 * 1_000;
