//! The shop's rules and use cases: one module per service.
//!
//! Rules are pure functions over values; use cases read and write through [`live_pack_shop_store`]. The crate guarantees that
//!
//! - stock is never sold twice: [`order::TradeBatch`] decides every change of the trade cell on locked rows;
//! - a request with an idempotency key has one effect and one answer;
//! - a refused request writes nothing.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "tests"
    )
)]

pub mod answer;
pub mod check;
pub mod clock;
mod digest;
pub mod money;
mod order_state;
mod page;
mod pricing;
pub mod refusal;
pub mod seed;
mod shop;
mod stored;

pub use clock::Clock;
pub use refusal::{Fault, Refusal, UseCaseError};
pub use shop::{Shop, ShopSettings, cart, catalog, identity, open, order, quote, use_case, use_case::UseCase};
