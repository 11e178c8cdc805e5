//! Orders: placing, cancelling, changing the address, settling, expiring. All writes of the trade cell go through one batch.

mod batch;
mod cart;
mod cart_writes;
mod place;
mod read;
mod request;
mod timers;
mod transition;
mod view;
mod working;
mod write;

pub use crate::order_state::{Actor, State, TRANSITIONS, allowed};
pub use batch::TradeBatch;
pub use cart::MOST_LINES;
pub use read::{ListOrders, ReadOrder};
pub use request::{Cancel, ChangeOrderAddress, Keyed, Outcome, Place, Readdress, StoredAnswer, TradeRequest};
pub use timers::{purge, run as run_timers};
pub use view::quote_view;

/// Time that a buyer has to pay for an order, in milliseconds.
pub const PAY_WITHIN_MS: i64 = 15 * 60 * 1_000;
