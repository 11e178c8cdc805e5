//! The shop's rules and use cases: a module per service.
//!
//! Rules are pure functions over values; use cases read and write through [`live_pack_shop_store`]. The crate promises that
//!
//! - stock is never sold twice: every change of the trade cell is decided by [`order::TradeBatch`] on locked rows;
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
pub mod cart;
pub mod catalog;
pub mod check;
pub mod clock;
pub mod identity;
pub mod money;
pub mod order;
mod page;
pub mod quote;
pub mod refusal;
pub mod seed;
mod shop;
pub mod use_case;

pub use clock::Clock;
pub use refusal::{Fault, Refusal, UseCaseError};
pub use shop::{Shop, ShopSettings, open};
pub use use_case::UseCase;
